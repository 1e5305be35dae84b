import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  HttpCode,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Patch,
  RequestMethod,
  Res,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type AuthResponse,
  CsrfGuard,
  type HookContext,
  LoginHooks,
  SessionCookie,
  SignedIn,
  SsoCaller,
  SsoUserService,
} from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const CODE = '314159';

@Injectable()
class SecondFactor extends LoginHooks {
  static readonly code = new AsyncLocalStorage<unknown>();

  override loginSuccess(): string | undefined {
    return SecondFactor.code.getStore() === CODE ? undefined : 'The code is wrong.';
  }
}

function takeCode(request: Request, _response: Response, next: NextFunction): void {
  if (typeof request.body !== 'object' || request.body === null) return next();
  const { code, ...body } = request.body;
  request.body = body;
  SecondFactor.code.run(code, next);
}

@Module({ providers: [SecondFactor] })
class SecondFactorModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(takeCode).forRoutes({ path: 'login', method: RequestMethod.POST });
  }
}

describe.each(databases)('a second factor of the host, on $name,', (database) => {
  const host = hosted({
    database,
    imports: [SecondFactorModule],
    options: { login: { hooks: SecondFactor } },
  });

  it.each(clients)('is asked for along with the password, by %s', async (client) => {
    const { id, username } = await host.people.person();
    for (const code of ['271828', '', undefined, [CODE]]) {
      const answer = await host
        .visitor(client)
        .login({ username, password: PASSWORD, ...(code !== undefined && { code }) });
      // A form knows no lists: one that has a field once has it as text.
      if (client === 'form' && Array.isArray(code)) continue;
      expectRefused(answer, 401, 'rejected_by_hook');
      expect(answer.message).toBe('The code is wrong.');
      expectNoSessionCookie(answer);
    }
    const { length } = await host.rows.sessionsOf(id);
    expectRefused(
      await host.visitor(client).login({ username, password: 'not this one', code: CODE }),
      401,
      'invalid_credentials',
    );
    expectDone(await host.visitor(client).login({ username, password: PASSWORD, code: CODE }), { to: '/' });
    expect(await host.rows.sessionsOf(id)).toHaveLength(length + 1);
  });

  it('is missing where code logs somebody in', async () => {
    const { username } = await host.people.person();
    await expect(host.service.login({ username, password: PASSWORD }, {})).rejects.toMatchObject({
      code: 'rejected_by_hook',
    });
  });
});

class LoginTooOld extends ForbiddenException {}

@Injectable()
class RecentLogin implements CanActivate {
  constructor(
    private readonly users: SsoUserService,
    private readonly cookie: SessionCookie,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (!/^\/users(?:\/|$)/i.test(request.path)) return true;
    const { createdAt } = await this.users.getCurrentSession({ token: this.cookie.read(request) });
    if (Date.now() - createdAt.getTime() > 600_000) throw new LoginTooOld('Log in again.');
    return true;
  }
}

@Catch(LoginTooOld)
class LoginTooOldFilter implements ExceptionFilter<LoginTooOld> {
  catch(exception: LoginTooOld, context: ArgumentsHost): void {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (request.accepts(['json', 'html']) === 'html')
      response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`);
    else response.status(403).json(exception.getResponse());
  }
}

describe('a recent login before the pages of super-users', () => {
  const host = hosted({
    providers: [
      { provide: APP_GUARD, useClass: RecentLogin },
      { provide: APP_FILTER, useClass: LoginTooOldFilter },
    ],
  });

  it.each(clients)('is asked for of forms and pages by a redirect, of JSON by a 403 (%s)', async (client) => {
    const boss = await host.people.superUser();
    const visitor = await host.people.signIn(boss, client);
    const open = () => (client === 'form' ? visitor.page('/users') : visitor.get('/users'));
    expect((await open()).status).toBe(200);
    await host.rows.update('sso_session', { user_id: boss.id }, { created_at: Date.now() - 601_000 });
    const refused = await open();
    expect(refused.status).toBe(client === 'form' ? 303 : 403);
    if (client === 'form') expect(refused.location).toBe('/login?next=%2Fusers');
    expect((await visitor.get('/USERS')).status).toBe(403);
    const { id } = await host.people.person();
    const fields = client === 'form' ? await visitor.token('/login') : {};
    const posted =
      client === 'form'
        ? await visitor.post(`/users/${id}/lock`, fields)
        : await visitor.api('POST', `/users/${id}/lock`, fields);
    expect(posted.status).toBe(client === 'form' ? 303 : 403);
    expect(await host.rows.user(id)).toMatchObject({ is_locked: 0 });

    expectDone(await visitor.login({ username: boss.username, password: PASSWORD }), { to: '/' });
    expect((await open()).status).toBe(200);
    expect((await host.visitor(client).get('/users')).status).toBe(401);
    expect((await visitor.get('/session')).status).toBe(200);
  });
});

@Controller('own/address')
class AddressController {
  constructor(
    private readonly users: SsoUserService,
    private readonly cookie: SessionCookie,
  ) {}

  @Patch()
  @HttpCode(200)
  @SignedIn()
  @UseGuards(CsrfGuard)
  async change(
    @Body('password') password: string,
    @Body('email') email: string,
    @SsoCaller() caller: SsoCaller,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<{ before: string | null; now: string | null }> {
    const { username, email: before } = await this.users.getCurrentUser(caller);
    const { token, session } = await this.users.login({ username, password }, caller);
    this.cookie.write(response, token);
    const { email: now } = await this.users.updateCurrentUser({ email }, { ...caller, token, session });
    return { before, now };
  }
}

describe('a change of address in a route of the host', () => {
  const host = hosted({ controllers: [AddressController] });

  it('asks for the password, gives the session a new token, and knows both addresses', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const thief = visitor.twin();
    const email = freshEmail();
    const wrong = await visitor.api('PATCH', '/own/address', { email, password: 'not this one' });
    expect(wrong.status).toBe(401);
    expect((await host.rows.user(person.id)).email).toBe(person.email);
    const { status, body } = await visitor.api('PATCH', '/own/address', { email, password: PASSWORD });
    expect([status, JSON.parse(body)]).toEqual([200, { before: person.email, now: email }]);
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await thief.isSignedIn()).toBe(false);
  });
});

/** Locks an account after three failures in a row. */
@Injectable()
class LockOut extends LoginHooks {
  readonly failures = new Map<string, number>();

  constructor(private readonly users: SsoUserService) {
    super();
  }

  override async loginFailure({ userId }: HookContext, code: string): Promise<void> {
    if (userId === undefined || code !== 'invalid_credentials') return;
    const count = (this.failures.get(userId) ?? 0) + 1;
    this.failures.set(userId, count);
    if (count === 3) await this.users.lockUser(userId, SsoUserService.system('guesses'));
  }
}

describe.each(databases)('an end to guesses that a hook sets, on $name,', (database) => {
  const host = hosted({ database, providers: [LockOut], options: { login: { hooks: LockOut } } });
  beforeEach(() => host.app.get(LockOut, { strict: false }).failures.clear());

  it.each(clients)('locks the account, by %s', async (client) => {
    const { id, username } = await host.people.person();
    for (let guess = 0; guess < 3; guess += 1)
      await host.visitor(client).login({ username, password: 'not this one' });
    expect(await host.rows.user(id)).toMatchObject({ is_locked: 1, locked_by: 'system:guesses' });
    expectRefused(await host.visitor(client).login({ username, password: PASSWORD }), 403, 'account_locked');
  });
});
