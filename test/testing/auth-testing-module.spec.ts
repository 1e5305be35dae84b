import {
  Body,
  Controller,
  Get,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { AuthTestingModule, formToken, signIn, type TestUser } from '../../src/auth.testing.js';
import {
  AllowAnonymous,
  AllowPasswordChangeRequired,
  AuthModule,
  type AuthenticatedSession,
  type AuthRequest,
  type AuthResponse,
  CsrfGuard,
  CsrfTokens,
  CurrentSession,
  CurrentUser,
  SessionCookie,
  SessionGuard,
  SignedIn,
  SsoCaller,
  SsoUser,
  SsoUserService,
  SuperUserGuard,
  SuperUserOnly,
} from '../../src/index.js';
import { Member } from '../database/member.js';
import { Log } from '../support/log.js';

@Controller('notes')
class NotesController {
  constructor(
    private readonly users: SsoUserService,
    private readonly tokens: CsrfTokens,
    private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @SignedIn()
  own(@CurrentUser() user: Member, @CurrentSession() session: AuthenticatedSession): object {
    const { id, username, nickname } = user;
    return { id, username, nickname, isMember: user instanceof Member, session: session.id };
  }

  @Get('guard')
  @UseGuards(SessionGuard)
  guarded(@CurrentUser() user: SsoUser | null): object {
    return { username: user?.username ?? null };
  }

  @Get('open')
  @SignedIn()
  @AllowAnonymous()
  open(@CurrentUser() user: SsoUser | null): object {
    return { username: user?.username ?? null };
  }

  @Get('pending')
  @SignedIn()
  @AllowPasswordChangeRequired()
  pending(): object {
    return { pending: true };
  }

  @Get('super')
  @SuperUserOnly()
  super(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('caller')
  @SignedIn()
  @AllowAnonymous()
  caller(@SsoCaller() caller: SsoCaller): Promise<object> {
    return this.users.getCurrentUser(caller);
  }

  @Get('form')
  @SignedIn()
  form(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): object {
    return { token: this.tokens.issue(request, response), name: this.cookie.name };
  }

  @Post('form')
  @SignedIn()
  @UseGuards(CsrfGuard)
  post(@Body('text') text: string): object {
    return { text };
  }
}

@Module({ imports: [AuthModule], controllers: [NotesController] })
class NotesModule {}

describe('AuthTestingModule', () => {
  const log = new Log();
  const asked: SsoCaller[] = [];
  const users = {
    getCurrentUser: (caller: SsoCaller) => {
      asked.push(caller);
      return Promise.resolve({ asked: true });
    },
  };
  let app: INestApplication | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  const testing = (auth = AuthTestingModule.signedOut()) =>
    Test.createTestingModule({
      imports: [auth],
      controllers: [NotesController],
      providers: [{ provide: SsoUserService, useValue: users }],
    });

  async function started(compiled: Promise<TestingModule>): Promise<INestApplication> {
    app = (await compiled).createNestApplication({ logger: log });
    await app.listen(0, '127.0.0.1');
    return app;
  }

  async function get(path: string, init: RequestInit = {}): Promise<[number, unknown]> {
    const answer = await fetch(`${await app?.getUrl()}/notes${path}`, { redirect: 'manual', ...init });
    const text = await answer.text();
    return [answer.status, text.startsWith('{') ? JSON.parse(text) : answer.headers.get('location')];
  }

  const refused = (status: number, code: string): [number, unknown] => [
    status,
    expect.objectContaining({ statusCode: status, code }),
  ];

  it('has every request come from the user', async () => {
    await started(testing(AuthTestingModule.withUser('ann')).compile());
    const [, first] = await get('');
    expect(first).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      username: 'ann',
      isMember: false,
      session: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(await get('')).toEqual([200, first]);
    expect(await get('/guard')).toEqual([200, { username: 'ann' }]);
    expect(await get('/open')).toEqual([200, { username: 'ann' }]);
    expect(await get('/super')).toEqual(refused(403, 'super_user_required'));
  });

  it('has some user without being told', async () => {
    await started(testing(AuthTestingModule.withUser()).compile());
    expect(await get('/guard')).toEqual([200, { username: 'tester' }]);
    expect(await get('/super')).toEqual(refused(403, 'super_user_required'));
  });

  it('lets a super-user in', async () => {
    await started(testing(AuthTestingModule.withUser({ username: 'eve', isSuperUser: true })).compile());
    expect(await get('/super')).toEqual([200, { username: 'eve' }]);
  });

  it.each([
    ['signedOut()', AuthTestingModule.signedOut()],
    ['withUser(null)', AuthTestingModule.withUser(null)],
    ['a locked user', AuthTestingModule.withUser({ isLocked: true })],
    ['an inactive user', AuthTestingModule.withUser({ isActive: false })],
    ['a user who is not approved', AuthTestingModule.withUser({ approvalStatus: 'before_decision' })],
    ['a user who is not confirmed', AuthTestingModule.withUser({ signUpStatus: 'before_confirmation' })],
  ])('keeps out whom the application would: %s', async (_, auth) => {
    await started(testing(auth).compile());
    expect(await get('')).toEqual(refused(401, 'not_authenticated'));
    expect(await get('/guard')).toEqual([401, expect.objectContaining({ code: 'not_authenticated' })]);
    expect(await get('/super')).toEqual(refused(401, 'not_authenticated'));
    expect(await get('/open')).toEqual([200, { username: null }]);
    const page = { headers: { accept: 'text/html' } };
    expect(await get('', page)).toEqual([303, '/login?next=%2Fnotes']);
  });

  it.each([{ passwordMustChange: true }, { passwordExpiresAt: new Date(0) }])(
    'has those change the password who must: %o',
    async (columns) => {
      await started(testing(AuthTestingModule.withUser(columns)).compile());
      expect(await get('')).toEqual(refused(403, 'password_change_required'));
      expect(await get('/pending')).toEqual([200, { pending: true }]);
      const page = { headers: { accept: 'text/html' } };
      expect(await get('', page)).toEqual([303, '/change-password?next=%2Fnotes']);
    },
  );

  it("gives the host's own entity, and keeps the object of the test as it is", async () => {
    const member = Object.assign(new Member(), { id: 'one', username: 'Zoe', nickname: 'Zed' });
    await started(testing(AuthTestingModule.withUser(member)).compile());
    expect((await get(''))[1]).toMatchObject({ id: 'one', username: 'Zoe', nickname: 'Zed', isMember: true });
    expect(Object.keys(member)).toEqual(['id', 'username', 'nickname']);
    expect((await get(''))[1]).toMatchObject({ id: 'one', isMember: true });
  });

  it('gives columns of an entity of the host that are named', async () => {
    await started(testing(AuthTestingModule.withUser<Member>({ nickname: 'Zed' })).compile());
    expect((await get(''))[1]).toMatchObject({ nickname: 'Zed' });
  });

  it('asks a function for each request', async () => {
    let user: TestUser | null = null;
    await started(testing(AuthTestingModule.withUser(() => user)).compile());
    expect(await get('/open')).toEqual([200, { username: null }]);
    user = 'ann';
    const [, ann] = await get('');
    user = { username: 'eve', isSuperUser: true };
    expect(await get('/super')).toEqual([200, { username: 'eve' }]);
    expect((await get(''))[1]).not.toMatchObject({ id: Reflect.get(ann as object, 'id') });
    user = 'Ann';
    expect((await get(''))[1]).toMatchObject({ id: Reflect.get(ann as object, 'id') });
  });

  it('gives the caller, for a stand-in of SsoUserService', async () => {
    let user: TestUser | null = 'ann';
    await started(testing(AuthTestingModule.withUser(() => user)).compile());
    expect(await get('/caller')).toEqual([200, { asked: true }]);
    expect(asked.at(-1)?.session?.user.username).toBe('ann');
    expect(asked.at(-1)).toMatchObject({
      token: expect.stringMatching(/^[\w-]{43}$/),
      remoteAddress: '127.0.0.1',
    });
    user = null;
    await get('/caller');
    expect(asked.at(-1)).toMatchObject({ token: undefined, session: undefined });
  });

  it('takes forms with the token of their page, or of formToken()', async () => {
    const host = await started(testing(AuthTestingModule.withUser()).compile());
    const post = (fields: Record<string, string>, cookie = '') =>
      get('/form', { method: 'POST', body: new URLSearchParams(fields), headers: { cookie } });
    expect(await post({ text: 'Hello' })).toEqual([403, expect.objectContaining({ code: 'csrf_failed' })]);
    const { cookie, token } = formToken(host);
    expect(await post({ text: 'Hello', csrf_token: token }, cookie)).toEqual([201, { text: 'Hello' }]);
    expect((await get('/form', { headers: { cookie } }))[1]).toEqual({ token, name: 'id' });
    const headers = { 'content-type': 'application/json' };
    const json = { method: 'POST', body: '{"text":"Hello"}' };
    expect(await get('/form', { ...json, headers })).toEqual([201, { text: 'Hello' }]);
    const foreign = { ...headers, origin: 'https://example.org' };
    expect((await get('/form', { ...json, headers: foreign }))[0]).toBe(403);
  });

  it('leaves a handler that a test calls itself alone', async () => {
    const controller = (await testing().compile()).get(NotesController);
    expect(controller.open(null)).toEqual({ username: null });
  });

  it('serves a module that has a bare import of AuthModule', async () => {
    const module = Test.createTestingModule({ imports: [AuthTestingModule.withUser('ann'), NotesModule] });
    await started(module.useMocker((token) => (token === SsoUserService ? users : undefined)).compile());
    expect(await get('/guard')).toEqual([200, { username: 'ann' }]);
  });

  it('is there beside a guard that a test overrides', async () => {
    const open = { canActivate: () => true };
    await started(testing().overrideGuard(SessionGuard).useValue(open).compile());
    expect(await get('/guard')).toEqual([200, { username: null }]);
    expect(await get('/super')).toEqual(refused(401, 'not_authenticated'));
    await app?.close();
    const guards = testing().overrideGuard(SessionGuard).useValue(open);
    await started(guards.overrideGuard(SuperUserGuard).useValue(open).compile());
    expect((await get('/pending'))[0]).toBe(200);
  });

  it('says where signIn() has no place', async () => {
    const host = await started(testing(AuthTestingModule.withUser()).compile());
    await expect(signIn(host)).rejects.toThrow('use withUser() instead');
  });

  it.each([
    ['AuthModule', () => AuthModule.forRoot()],
    ['itself', () => AuthTestingModule.withUser('eve')],
  ])('is not there beside %s', async (_, other) => {
    const module = Test.createTestingModule({ imports: [AuthTestingModule.withUser('ann'), other()] });
    await expect(module.useMocker(() => ({})).compile()).rejects.toThrow(
      'AuthTestingModule replaces AuthModule.forRoot(), so import only one of them',
    );
  });

  it('says what is no user', async () => {
    await started(testing(AuthTestingModule.withUser(42 as unknown as string)).compile());
    expect((await get('/guard'))[0]).toBe(500);
    expect(log.takeErrors().join('\n')).toContain('A test user must be a user name');
  });
});
