import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type MessageEvent,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  AuthGatewayFilter,
  type AuthRequest,
  type AuthResponse,
  CurrentSession,
  CurrentUser,
  MethodNotAllowedException,
  NotAuthenticatedException,
  SessionGuard,
  SignedIn,
  SsoCaller,
  SsoUserService,
  SuperUserGuard,
  type AuthenticatedSession,
  type SsoUser,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';

/** Takes the token from a header of the host's own. */
@Injectable()
class HeaderGuard extends SessionGuard {
  protected override getRequest(context: ExecutionContext): AuthRequest {
    const { headers } = context.switchToHttp().getRequest<AuthRequest>();
    return { headers: { cookie: `id=${String(headers['x-session'])}` } } as AuthRequest;
  }
}

@Controller('host')
class ShopController {
  constructor(private readonly users: SsoUserService) {}

  @Get('me')
  @UseGuards(SessionGuard)
  me(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('header')
  @UseGuards(HeaderGuard)
  async header(
    @CurrentUser() user: SsoUser,
    @CurrentSession() session: AuthenticatedSession,
    @SsoCaller() caller: SsoCaller,
  ): Promise<object> {
    const { username } = await this.users.getCurrentUser(caller);
    return { usernames: [user.username, session.user.username, username] };
  }

  @Get('header/admin')
  @UseGuards(HeaderGuard, SuperUserGuard)
  admin(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('method')
  method(): never {
    throw new MethodNotAllowedException('POST');
  }

  @Get('begun')
  begun(@Res() response: AuthResponse): never {
    response.write('begun');
    throw new NotAuthenticatedException();
  }

  @Get('begun/guarded')
  @SignedIn()
  begunGuarded(@Res() response: AuthResponse): never {
    response.write('begun');
    throw new NotAuthenticatedException();
  }

  @Sse('stream')
  @SignedIn()
  stream(@CurrentUser() user: SsoUser): Observable<MessageEvent> {
    return of({ data: user.username });
  }
}

@Resolver()
class ShopResolver {
  constructor(private readonly users: SsoUserService) {}

  @Query(() => String)
  async me(@SsoCaller() caller: SsoCaller): Promise<string> {
    return (await this.users.getCurrentUser(caller)).username;
  }
}

const filter = { provide: APP_FILTER, useClass: AuthGatewayFilter };

describe.each([
  ['alone', []],
  ['with AuthGatewayFilter for the whole application', [filter]],
])('a host, %s,', (_, providers) => {
  const host = hosted({
    controllers: [ShopController],
    imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
    providers: [ShopResolver, ...providers],
  });
  const isFiltered = providers.length > 0;

  it('answers what a guard refuses, in the language of the request where the filter is', async () => {
    const headers = { 'accept-language': 'de', accept: 'application/json' };
    const { status, json } = await host.visitor().send('GET', '/host/me', { headers });
    expect([status, json.code, json.message]).toEqual([
      401,
      'not_authenticated',
      isFiltered ? 'Bitte melden Sie sich zuerst an.' : 'Please log in first.',
    ]);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expect((await visitor.get('/host/me')).json).toEqual({ username: person.username });
  });

  it('answers with the headers of a refusal where the filter is', async () => {
    const { status, headers } = await host.visitor().get('/host/method');
    expect([status, headers.allow]).toEqual([405, isFiltered ? 'POST' : undefined]);
    expect(headers['cache-control']).toBe(isFiltered ? 'no-store' : undefined);
  });

  it('ends without a word an answer that has begun', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    for (const path of ['/host/begun', '/host/begun/guarded']) {
      const { status, body } = await visitor.get(path);
      expect([status, body]).toEqual([200, 'begun']);
    }
  });

  it('opens a stream for those who are signed in', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expect((await visitor.get('/host/stream', 'text/event-stream')).body).toContain(person.username);
    const refused = await host.visitor().get('/host/stream', 'text/event-stream');
    expect([refused.status, refused.json.code]).toEqual([401, 'not_authenticated']);
  });

  it('has GraphQL refuse in the language of the request where the filter is', async () => {
    const { body } = await host
      .visitor()
      .api('POST', '/graphql', { query: '{ me }' }, { 'accept-language': 'de' });
    const { errors } = JSON.parse(body) as { errors: { message: string; extensions: object }[] };
    const message = isFiltered ? 'Bitte melden Sie sich zuerst an.' : 'Please log in first.';
    const originalError = { statusCode: 401, code: 'not_authenticated', message };
    expect(errors).toMatchObject([{ message, extensions: { originalError } }]);
  });

  it('gives the decorators whom the guard finds elsewhere', async () => {
    const [person, boss] = [await host.people.person(), await host.people.superUser()];
    const tokenOf = async (one: typeof person): Promise<string> =>
      (await host.people.signIn(one)).cookies.get('id') ?? '';
    const ask = async (path: string, token: string) =>
      (await host.visitor().send('GET', path, { headers: { 'x-session': token } })).json;
    const { username } = person;
    expect(await ask('/host/header', await tokenOf(person))).toEqual({
      usernames: [username, username, username],
    });
    expect(await ask('/host/header/admin', await tokenOf(person))).toMatchObject({
      code: 'super_user_required',
    });
    expect(await ask('/host/header/admin', await tokenOf(boss))).toEqual({ username: boss.username });
    expect(await ask('/host/header', 'none')).toMatchObject({ code: 'not_authenticated' });
  });
});
