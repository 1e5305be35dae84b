import {
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  Post,
  Render,
  ValidationPipe,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString } from 'class-validator';
import type { Request, Response } from 'express';
import hbs from 'hbs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observable } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { attributeOf, inputIn } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, HTML } from '../support/visitor.js';

const views = mkdtempSync(join(tmpdir(), 'sso-views-'));
writeFileSync(join(views, 'home.hbs'), '<h1>{{shout title}}</h1>');
writeFileSync(join(views, 'login.hbs'), '<p>the login of the host</p>');
writeFileSync(join(views, 'layout.hbs'), '<html><body class="host">{{{body}}}</body></html>');

class Note {
  @IsString() text!: string;
}

@Controller()
class SiteController {
  @Get('home')
  @Render('home')
  home(): object {
    return { title: 'welcome' };
  }

  @Get('own-login')
  @Render('login')
  ownLogin(): object {
    return {};
  }

  @Post('note')
  note(@Body() note: Note): object {
    return { length: note.text.length };
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret detail');
  }
}

@Catch()
class HostFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const name = error instanceof Error ? error.constructor.name : 'unknown';
    host.switchToHttp().getResponse<Response>().status(418).json({ caughtByTheHost: name });
  }
}

@Injectable()
class HostGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<Request>().headers['x-blocked'] === undefined;
  }
}

@Injectable()
class HostInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    context.switchToHttp().getResponse<Response>().setHeader('X-Host', 'was here');
    return next.handle();
  }
}

describe('a host with everything of its own', () => {
  const host = hosted({
    dataSource: { name: 'auth' },
    options: { dataSource: 'auth', routePrefix: 'account' },
    imports: [TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', entities: [] })],
    controllers: [SiteController],
    providers: [],
    configure(app: NestExpressApplication) {
      hbs.registerHelper('shout', (text: string) => text.toUpperCase());
      app.setBaseViewsDir(views);
      app.setViewEngine('hbs');
      app.setGlobalPrefix('api');
      app.useGlobalPipes(
        new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
      );
      app.useGlobalFilters(new HostFilter());
      app.useGlobalGuards(new HostGuard());
      app.useGlobalInterceptors(new HostInterceptor());
    },
  });
  afterAll(() => rmSync(views, { recursive: true, force: true }));

  const base = '/api/account';

  describe.each(clients)('by %s', (client) => {
    it('registers, logs in, changes the password and logs out below both prefixes', async () => {
      const username = freshUsername();
      const visitor = host.visitor(client);
      const passwords = { password: PASSWORD, confirm_password: PASSWORD };
      expectDone(await visitor.submit(`${base}/register`, { username, ...passwords }), {
        to: `${base}/login`,
        status: 201,
      });
      expectDone(await visitor.submit(`${base}/login`, { username, password: PASSWORD }), { to: '/' });
      expect((await visitor.get('/api/private')).json).toEqual({ username });
      expect((await visitor.get(`${base}/session`)).json.user?.username).toBe(username);
      expect((await visitor.get(`${base}/sessions`)).json.sessions).toHaveLength(1);
      const change = {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
      };
      expectDone(await visitor.submit(`${base}/change-password`, change), { to: `${base}/login` });
      const again = host.visitor(client);
      expectDone(await again.submit(`${base}/login`, { username, password: OTHER_PASSWORD }), { to: '/' });
      expectDone(await again.submit(`${base}/logout`, {}), { to: `${base}/login` });
      expect((await again.get(`${base}/session`)).status).toBe(401);
    });

    it('refuses with the codes of the module, not of the host', async () => {
      const visitor = host.visitor(client);
      const unknown = { username: 'nobody', password: 'nothing' };
      expectRefused(await visitor.submit(`${base}/login`, unknown), 401, 'invalid_credentials');
      expectRefused(await visitor.submit(`${base}/login`, {}), 422, 'missing_fields');
      expectRefused(await visitor.submit(`${base}/login`, { ...unknown, more: '1' }), 422, 'invalid_field');
      const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      expectRefused(await visitor.submit(`${base}/login`, unknown, elsewhere), 403, 'csrf_failed');
    });
  });

  it('has the pages of the module where it has a page of the same name', async () => {
    const { status, body } = await host.visitor('form').page(`${base}/login`);
    expect(status).toBe(200);
    expect(inputIn(body, 'csrf_token')).toMatch(/\S/);
    expect(body).not.toContain('the login of the host');
    expect(body).not.toContain('class="host"');
    for (const [tag] of body.matchAll(/<(?:a|form|link)\b[^>]*>/gi)) {
      expect(attributeOf(tag, 'href') ?? attributeOf(tag, 'action')).toMatch(
        /^(\/api\/account\/|\/$|\/api$|\/\?)/,
      );
    }
    expect((await host.visitor().get(`${base}/styles.css`, 'text/css')).body).toContain('--background-color');
  });

  it('sends strangers to the login below the prefixes and back', async () => {
    const { status, headers } = await host.visitor('form').page('/api/private?a=1');
    expect(status).toBe(303);
    expect(headers.location).toBe(`${base}/login?next=${encodeURIComponent('/api/private?a=1')}`);
    expectRefused(await host.visitor().get('/api/private'), 401, 'not_authenticated');
  });

  it('has nothing of the module outside the prefixes', async () => {
    const visitor = host.visitor();
    for (const path of ['/login', '/api/login', '/account/login', '/styles.css']) {
      expect((await visitor.get(path, HTML)).status, path).not.toBe(200);
    }
  });

  it('keeps its own view engine, helpers, layout and pages', async () => {
    const visitor = host.visitor();
    expect((await visitor.page('/api/home')).body).toBe(
      '<html><body class="host"><h1>WELCOME</h1></body></html>',
    );
    expect((await visitor.page('/api/own-login')).body).toContain('the login of the host');
    await visitor.page(`${base}/login`);
    expect((await visitor.page('/api/home')).body).toContain('WELCOME');
    expect(host.app.getHttpAdapter().getInstance().get('view engine')).toBe('hbs');
  });

  it('keeps its own pipe, filter and body parser', async () => {
    const visitor = host.visitor();
    expect((await visitor.api('POST', '/api/note', { text: 'x'.repeat(50_000) })).json).toEqual({
      length: 50_000,
    });
    for (const [method, path, fields] of [
      ['POST', '/api/note', { text: 'x', more: 1 }],
      ['POST', '/api/note', { text: 1 }],
      ['GET', '/api/broken', undefined],
      ['GET', '/api/nowhere', undefined],
    ] as const) {
      const answer = await visitor.api(method, path, fields);
      expect(answer.status).toBe(418);
      expect(answer.json).toHaveProperty('caughtByTheHost');
      expect(answer.headers['content-security-policy']).toBeUndefined();
      expect(answer.headers['cache-control']).toBeUndefined();
    }
  });

  it('has its global guard and interceptor on the routes of the module too', async () => {
    const visitor = host.visitor();
    expect((await visitor.page(`${base}/login`)).headers['x-host']).toBe('was here');
    const blocked = await visitor.send('GET', `${base}/login`, {
      headers: { 'x-blocked': '1', accept: HTML },
    });
    expect(blocked.status).not.toBe(200);
    expect(blocked.body).not.toContain('csrf_token');
  });
});
