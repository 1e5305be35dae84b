import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  type Provider,
  type Type,
} from '@nestjs/common';
import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { Request } from 'express';
import { finalize, lastValueFrom, map, type Observable, of, tap } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { CurrentUser, SignedIn, type SsoUser } from '../../src/index.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { expectShielded } from '../headers/shield.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

@Injectable()
class WrapInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<object> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

/** A cache as people write it themselves. */
@Injectable()
class OwnCacheInterceptor implements NestInterceptor {
  private readonly kept = new Map<string, unknown>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, originalUrl } = context.switchToHttp().getRequest<Request>();
    const key = `${method} ${originalUrl}`;
    if (this.kept.has(key)) return of(this.kept.get(key));
    return next.handle().pipe(tap((answer) => void this.kept.set(key, answer)));
  }
}

@Injectable()
class WaitInterceptor implements NestInterceptor {
  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    return of(await lastValueFrom(next.handle()));
  }
}

const seen: string[] = [];

@Injectable()
class SeeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { path } = context.switchToHttp().getRequest<Request>();
    seen.push(`${path} begins`);
    return next.handle().pipe(finalize(() => void seen.push(`${path} ends`)));
  }
}

let asked = 0;

@Controller()
class CountController {
  @Get('count')
  count(): object {
    asked += 1;
    return { asked };
  }
}

@Controller('mine')
@SignedIn()
class MineController {
  @Get()
  mine(@CurrentUser() { username }: SsoUser): object {
    return { username };
  }
}

const globally = (...interceptors: Type<NestInterceptor>[]): Provider[] =>
  interceptors.map((useClass) => ({ provide: APP_INTERCEPTOR, useClass }));

const arrangements = [
  { title: 'a cache around what wraps', interceptors: [CacheInterceptor, WrapInterceptor], cached: true },
  { title: 'what wraps around a cache', interceptors: [WrapInterceptor, CacheInterceptor], cached: true },
  { title: 'what waits for the value', interceptors: [WaitInterceptor, WrapInterceptor], cached: false },
];

describe.each(arrangements)('global interceptors of a host: $title', ({ interceptors, cached }) => {
  const host = hosted({
    imports: [CacheModule.register()],
    controllers: [CountController, MineController],
    providers: globally(SeeInterceptor, ...interceptors),
  });
  afterEach(() => {
    seen.length = 0;
  });

  it.each(['/login', '/register', '/logout'])('do not touch the page %s', async (path) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    for (const reader of [visitor, visitor, host.visitor('form')]) {
      const answer = await reader.page(path);
      expect(answer.status).toBe(200);
      expectShielded(answer);
      expect(answer.body).toMatch(/^<!DOCTYPE html>/);
      expect(answer.body.includes('Signed in as')).toBe(reader === visitor && path !== '/register');
    }
    expect((await visitor.send('HEAD', path)).body).toBe('');
  });

  it('do not touch the stylesheet or the script', async () => {
    for (let visit = 0; visit < 2; visit += 1) {
      const styles = await host.visitor().get('/styles.css', 'text/css');
      expect(styles.headers['content-type']).toMatch(/^text\/css/);
      expect(styles.body).toMatch(/^:root/);
      const script = await host.visitor().get('/page.js', '*/*');
      expect(script.headers['content-type']).toMatch(/^text\/javascript/);
      expect(script.body).toMatch(/^\/\//);
    }
  });

  it('do not give one person the session of another, in our routes or in those of the host', async () => {
    const people = [await host.people.person(), await host.people.person()];
    const visitors = await Promise.all(people.map((person) => host.people.signIn(person)));
    for (const [index, visitor] of [...visitors, ...visitors].entries()) {
      const username = people[index % 2]?.username;
      expect((await visitor.get('/session')).json.user?.username).toBe(username);
      expect((await visitor.get('/sessions')).json.total).toBe(1);
      for (const path of ['/private', '/mine']) {
        expect((await visitor.get(path)).json, path).toEqual({ data: { username } });
      }
    }
    expectRefused(await host.visitor().get('/session'), 401, 'not_authenticated');
  });

  it.each(clients)('do not touch what comes of a post, by %s', async (client) => {
    const { username } = await host.people.person();
    const visitor = host.visitor(client);
    expectRefused(await visitor.login({ username, password: 'wrong' }), 401, 'invalid_credentials');
    expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
    expectDone(await visitor.logout(), { to: '/login' });
  });

  it("do not touch the super-users' routes", async () => {
    const boss = await host.people.signIn(await host.people.superUser());
    const { id, username } = await host.people.person();
    for (let visit = 0; visit < 2; visit += 1) {
      expect((await boss.get(`/users/${id}`)).json).toMatchObject({ user_id: id, username });
      expect((await boss.page(`/users/${id}`)).body).toMatch(/^<!DOCTYPE html>/);
    }
    expect((await boss.api('PATCH', `/users/${id}`, { display_name: 'Zoe' })).json).toMatchObject({
      display_name: 'Zoe',
    });
    expect((await boss.api('POST', '/users', { username: `${username}-b` })).status).toBe(201);
    expect((await boss.api('DELETE', `/users/${id}`)).json).toMatchObject({ user_id: id });
  });

  it('see our routes begin and end, and do their work on those of the host', async () => {
    await host.visitor().page('/login');
    expect(seen).toEqual(['/login begins', '/login ends']);
    const before = asked;
    const answers = [await host.visitor().get('/count'), await host.visitor().get('/count')];
    expect(answers.map(({ json }) => json)).toEqual([
      { data: { asked: before + 1 } },
      { data: { asked: before + (cached ? 1 : 2) } },
    ]);
  });
});

describe('a cache of the host’s own, around all routes', () => {
  const host = hosted({ providers: globally(OwnCacheInterceptor, WrapInterceptor) });

  it('holds nothing of our routes', async () => {
    const people = [await host.people.person(), await host.people.person()];
    for (const person of [...people, ...people]) {
      const visitor = await host.people.signIn(person, 'form');
      expect((await visitor.get('/session')).json.user?.username).toBe(person.username);
      expect((await visitor.page('/change-password')).body).toContain(person.username);
    }
  });
});
