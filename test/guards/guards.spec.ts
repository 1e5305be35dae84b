import { Controller, Get, HttpCode, Patch, Post, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AllowPasswordChangeRequired,
  CsrfGuard,
  CurrentSession,
  CurrentUser,
  SessionGuard,
  SignedIn,
  SsoCaller,
  SsoUserService,
  SuperUserGuard,
  type AuthenticatedSession,
  type SsoUser,
} from '../../src/index.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { HTML } from '../support/visitor.js';

@Controller('host')
class GuardedController {
  constructor(private readonly service: SsoUserService) {}

  @Get('session')
  @UseGuards(SessionGuard)
  session(@CurrentSession() session: AuthenticatedSession): object {
    return { id: session.id, keys: Object.keys(session) };
  }

  @Get('super')
  @UseGuards(SessionGuard, SuperUserGuard)
  super(): object {
    return { ok: true };
  }

  @Get('changing')
  @SignedIn()
  @AllowPasswordChangeRequired()
  changing(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('caller')
  @AllowAnonymous()
  @SignedIn()
  async caller(@SsoCaller() caller: SsoCaller): Promise<object> {
    return { ...caller, token: typeof caller.token, session: typeof caller.session };
  }

  @Get('service')
  async viaService(@SsoCaller() caller: SsoCaller): Promise<object> {
    return { username: (await this.service.getCurrentUser(caller)).username };
  }

  @Post('transfer')
  @HttpCode(200)
  @SignedIn()
  @UseGuards(CsrfGuard)
  transfer(): object {
    return { done: true };
  }

  @Patch('transfer')
  @SignedIn()
  @UseGuards(CsrfGuard)
  patched(): object {
    return { done: true };
  }
}

@SignedIn()
@Controller('closed')
class ClosedController {
  @Get()
  closed(): object {
    return { closed: true };
  }

  @Get('open')
  @AllowAnonymous()
  open(@CurrentUser() user: SsoUser | null): object {
    return { user };
  }
}

describe('the guards on routes of the host', () => {
  const host = hosted({ controllers: [GuardedController, ClosedController] });

  it('let whoever is signed in through and give the user', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expect((await visitor.get('/private')).json).toEqual({ username: person.username });
    expect((await visitor.page('/private')).json).toEqual({ username: person.username });
    const [row] = await host.rows.sessionsOf(person.id);
    expect((await visitor.api('POST', '/private')).json).toEqual({
      username: person.username,
      session: row?.id,
    });
    expect((await visitor.get('/host/session')).json).toMatchObject({ id: row?.id });
    expect((await visitor.get('/host/session')).body).not.toMatch(/hash|token/i);
  });

  it.each([HTML, 'text/html', 'text/html;q=0.9, application/json;q=0.5'])(
    'send a stranger who navigates with Accept %s to the login and back',
    async (accept) => {
      for (const method of ['GET', 'HEAD']) {
        const answer = await host.visitor().send(method, '/private?a=1', { headers: { accept } });
        expect(answer.status).toBe(303);
        expect(answer.headers.location).toBe('/login?next=%2Fprivate%3Fa%3D1');
        expect(answer.headers['cache-control']).toMatch(/no-store/);
      }
    },
  );

  it.each(['application/json', '*/*', undefined, 'application/json, text/html;q=0.1'])(
    'tell a stranger with Accept %s in JSON',
    async (accept) => {
      const answer = await host.visitor().send('GET', '/private', { headers: accept ? { accept } : {} });
      expectRefused(answer, 401, 'not_authenticated');
      expect(answer.headers.location).toBeUndefined();
    },
  );

  it('tell a stranger who posts in JSON, even from a page', async () => {
    const visitor = host.visitor();
    expectRefused(await visitor.post('/private', {}), 401, 'not_authenticated');
    expectRefused(await visitor.api('POST', '/private', {}), 401, 'not_authenticated');
  });

  it('redirect nobody when they stand alone: a page says why, and JSON its code', async () => {
    const stranger = host.visitor();
    const person = await host.people.signIn(await host.people.person());
    for (const [visitor, path, status, code] of [
      [stranger, '/host/session', 401, 'not_authenticated'],
      [stranger, '/host/super', 401, 'not_authenticated'],
      [person, '/host/super', 403, 'super_user_required'],
    ] as const) {
      const page = await visitor.page(path);
      expect([page.status, page.headers.location, page.headers['content-type']]).toEqual([
        status,
        undefined,
        'text/html; charset=utf-8',
      ]);
      expectRefused(await visitor.get(path), status, code);
    }
  });

  it('keep everybody but super-users out of @SuperUserOnly()', async () => {
    const stranger = host.visitor();
    expectRefused(await stranger.get('/admin'), 401, 'not_authenticated');
    expect((await stranger.page('/admin')).headers.location).toBe('/login?next=%2Fadmin');
    const visitor = await host.people.signIn(await host.people.person());
    expectRefused(await visitor.get('/admin'), 403, 'super_user_required');
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    expect((await admin.get('/admin')).json).toEqual({ username: boss.username });
    expect((await admin.get('/host/super')).json).toEqual({ ok: true });
  });

  it('refuse a regular user the page of a super-user without sending him in circles', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const { status } = await visitor.page('/admin');
    expect(status).toBe(403);
  });

  it('let strangers through where a handler says so, and know the others', async () => {
    expect((await host.visitor().get('/open')).json).toEqual({ username: null });
    expect((await host.visitor().page('/open')).json).toEqual({ username: null });
    const invented = host.visitor();
    invented.cookies.put('id', 'a'.repeat(43));
    expect((await invented.get('/open')).json).toEqual({ username: null });
    const person = await host.people.person();
    expect((await (await host.people.signIn(person)).get('/open')).json).toEqual({
      username: person.username,
    });
  });

  it('close a whole controller but for the handler that is open', async () => {
    const stranger = host.visitor();
    expectRefused(await stranger.get('/closed'), 401, 'not_authenticated');
    expect((await stranger.get('/closed/open')).json).toEqual({ user: null });
    const visitor = await host.people.signIn(await host.people.person());
    expect((await visitor.get('/closed')).json).toEqual({ closed: true });
  });

  it('let a user who must change the password where a handler says so, only', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    expect((await visitor.get('/host/changing')).json).toEqual({ username: person.username });
    for (const path of ['/private', '/closed', '/admin', '/host/session', '/host/super']) {
      expectRefused(await visitor.get(path), 403, 'password_change_required');
    }
    const { status, headers } = await visitor.page('/private');
    expect(status).toBe(303);
    expect(headers.location).toMatch(/^\/change-password\b/);
  });

  it('are bound nowhere by themselves', async () => {
    expect((await host.visitor().get('/public')).json).toEqual({ public: true });
  });

  it('never answer with a user who has been deleted', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.service.deleteUserById(person.id, host.people.caller);
    expectRefused(await visitor.get('/private'), 401, 'not_authenticated');
    expect((await visitor.get('/open')).json).toEqual({ username: null });
  });

  it('give the caller of a request to the service', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const headers = { 'user-agent': 'Lynx', 'x-correlation-id': 'c-1', 'x-current-app': 'CRM' };
    expect((await visitor.send('GET', '/host/caller', { headers })).json).toMatchObject({
      userAgent: 'Lynx',
      remoteAddress: expect.stringContaining('127.0.0.1'),
    });
    expect((await visitor.get('/host/service')).json).toEqual({ username: person.username });
    expectRefused(await host.visitor().get('/host/service'), 401, 'not_authenticated');
  });

  it('do not believe a proxy header that nobody asked for', async () => {
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
    };
    const { json } = await host.visitor().send('GET', '/host/caller', { headers });
    expect(json).toMatchObject({ remoteAddress: expect.stringContaining('127.0.0.1') });
  });

  it('CsrfGuard checks the origin of unsafe requests, and the token of forms', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const evil = { origin: 'https://evil.example' };
    for (const method of ['POST', 'PATCH']) {
      expectRefused(await visitor.api(method, '/host/transfer', {}, evil), 403, 'csrf_failed');
      expect((await visitor.api(method, '/host/transfer', {})).json).toEqual({ done: true });
    }
    const refused = await visitor.post('/host/transfer', { amount: 1 });
    expect([refused.status, refused.json.code]).toEqual([403, 'csrf_failed']);
    const token = await visitor.token('/change-password');
    const allowed = await visitor.post('/host/transfer', { amount: 1, ...token });
    expect(allowed.json).toEqual({ done: true });
  });
});
