import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { Notices } from '../../src/index.js';
import { isCleared } from '../support/cookies.js';
import { hosted } from '../support/hosted.js';
import { textOf } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { type Answer, HTML } from '../support/visitor.js';

/** What a page announces without an alarm. */
function noticeIn({ body }: Answer): string | undefined {
  const found = /<p class="notice" role="status">(.*?)<\/p>/s.exec(body)?.[1];
  return found === undefined ? undefined : textOf(found);
}

@Controller()
class HomeController {
  constructor(private readonly notices: Notices) {}

  @Get('home')
  home(@Req() request: Request, @Res({ passthrough: true }) response: Response): { notice?: string } {
    return { notice: this.notices.take(request, response) };
  }
}

describe.each([false, true])('the page after a redirect, production: %s,', (production) => {
  const host = hosted({ options: { production } });
  const name = production ? '__Host-notice' : 'notice';

  it('says once that one has signed out', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const logout = await visitor.logout();
    const left = logout.setCookies.filter((cookie) => cookie.name === name);
    expect(left).toEqual([
      {
        name,
        value: 'signed_out',
        attributes: {
          'max-age': '60',
          httponly: '',
          samesite: 'Lax',
          path: '/',
          ...(production && { secure: '' }),
        },
      },
    ]);
    const shown = await visitor.page('/login');
    expect(noticeIn(shown)).toBe('You have been logged out.');
    expect(shown.setCookies.filter((cookie) => cookie.name === name).map(isCleared)).toEqual([true]);
    const again = await visitor.page('/login');
    expect(noticeIn(again)).toBeUndefined();
    expect(again.setCookies.map((cookie) => cookie.name)).not.toContain(name);
  });
});

describe('the page after a redirect', () => {
  const host = hosted({ controllers: [HomeController] });

  it('says that the password has been changed', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(noticeIn(await visitor.page('/login'))).toBe(
      'Your password has been changed. Please log in with the new one.',
    );
  });

  it('says that the account is there', async () => {
    const visitor = host.visitor('form');
    const username = freshUsername();
    await visitor.register({ username, password: PASSWORD, confirm_password: PASSWORD });
    expect(noticeIn(await visitor.page('/login'))).toBe('Your account has been created. You can log in now.');
  });

  it('says it in the language of its reader', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    await visitor.logout();
    const headers = { accept: HTML, 'accept-language': 'fr' };
    expect(noticeIn(await visitor.send('GET', '/login', { headers }))).toBe('Vous avez été déconnecté.');
  });

  it('may be one of the host’s, which takes the sentence itself', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    await visitor.logout();
    expect((await visitor.get('/home')).body).toBe('{"notice":"You have been logged out."}');
    expect((await visitor.get('/home')).body).toBe('{}');
  });

  it('is a page that is shown: not the answer to HEAD, to JSON or to a refused post', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    await visitor.logout();
    await visitor.send('HEAD', '/login', { headers: { accept: HTML } });
    await visitor.get('/login');
    const refused = await visitor.post('/login', {});
    expect([refused.status, noticeIn(refused)]).toEqual([403, undefined]);
    expect(noticeIn(await visitor.page('/login'))).toBe('You have been logged out.');
  });

  it('says nothing that has since been overtaken', async () => {
    const { username } = await host.people.person();
    for (const client of ['form', 'json'] as const) {
      const visitor = await host.people.signIn({ username, password: PASSWORD }, 'form');
      await visitor.logout();
      const next = visitor.twin(client);
      await next.login({ username, password: PASSWORD });
      expect(next.cookies.get('notice')).toBeUndefined();
    }
  });

  it('shows nothing that the cookie holds, and leaves alone what is not ours', async () => {
    for (const value of [
      '<b>Hi</b>',
      'Call%20this%20number',
      'notice.signed_out',
      'login.title',
      'constructor',
      '__proto__',
      'SIGNED_OUT',
    ]) {
      const visitor = host.visitor('form');
      visitor.cookies.put('notice', value);
      const page = await visitor.page('/login');
      expect([page.status, noticeIn(page)]).toEqual([200, undefined]);
      expect(page.setCookies.map((cookie) => cookie.name)).not.toContain('notice');
    }
  });

  it('is told nothing by JSON, and nothing of what was refused', async () => {
    const person = await host.people.person();
    const client = await host.people.signIn(person);
    const form = await host.people.signIn(person, 'form');
    for (const answer of [
      await client.changePassword('wrong', OTHER_PASSWORD),
      await client.changePassword(PASSWORD, OTHER_PASSWORD),
      await form.changePassword('wrong', OTHER_PASSWORD),
      await client.logout(),
      await host.visitor('form').post('/logout', {}),
    ]) {
      expect(answer.setCookies.map((cookie) => cookie.name)).not.toContain('notice');
    }
  });
});

describe('the page after a redirect, when somebody has to decide', () => {
  const host = hosted({ options: { register: { userDefaults: {} } } });

  it('says that an account waits for it', async () => {
    const visitor = host.visitor('form');
    const username = freshUsername();
    await visitor.register({ username, password: PASSWORD, confirm_password: PASSWORD });
    expect(noticeIn(await visitor.page('/login'))).toBe(
      'Your account has been created. You can log in once it has been approved.',
    );
  });
});

describe('the page after a redirect, when the session is kept', () => {
  const host = hosted({
    controllers: [HomeController],
    options: { changePassword: { keepCurrentSession: true }, login: { redirectTo: '/home' } },
  });

  it('asks nobody to sign in again', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const changed = await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(changed.location).toBe('/home');
    expect((await visitor.get('/home')).body).toBe('{"notice":"Your password has been changed."}');
  });
});
