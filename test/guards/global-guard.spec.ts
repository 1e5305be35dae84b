import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { CacheInterceptor, CacheModule, CacheTTL } from '@nestjs/cache-manager';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpException,
  Injectable,
  Post,
  type Provider,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import type { Response } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AllowPasswordChangeRequired,
  CsrfGuard,
  CurrentUser,
  isAuthRoute,
  SessionGuard,
  SignedIn,
  type SsoUser,
  SuperUserGuard,
  SuperUserOnly,
} from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import type { Boot } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { StatementLog } from '../support/statement-log.js';
import { clients, HTML } from '../support/visitor.js';

let cachedCalls = 0;

@Controller('host')
class ShopController {
  @Get('orders')
  orders(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Post('orders')
  order(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('landing')
  @AllowAnonymous()
  landing(@CurrentUser() user: SsoUser | null): object {
    return { username: user?.username ?? null };
  }

  @Get('changing')
  @AllowPasswordChangeRequired()
  changing(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('twice')
  @SignedIn()
  twice(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('admin')
  @SuperUserOnly()
  admin(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('cached')
  @AllowAnonymous()
  @CacheTTL(60_000)
  cached(): object {
    cachedCalls += 1;
    return { cachedCalls };
  }
}

/** Its handler is inherited by controllers that differ in who may see it. */
class MeBase {
  @Get('me')
  me(@CurrentUser() user: SsoUser | null): object {
    return { username: user?.username ?? null };
  }
}

@Controller('kept')
@SignedIn()
@CacheTTL(60_000)
class KeptController extends MeBase {}

@Controller('unkept')
@SignedIn()
class UnkeptController extends MeBase {}

@Controller('bare-kept')
@CacheTTL(60_000)
class MarkedMethodController {
  @Get()
  @SignedIn()
  mine(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }
}

@Controller('opened')
@AllowAnonymous()
class OpenedController {
  @Get()
  all(@CurrentUser() user: SsoUser | null): object {
    return { username: user?.username ?? null };
  }

  @Get('closed')
  @SignedIn()
  closed(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('admin')
  @SuperUserOnly()
  admin(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }
}

/** Its controllers have the guard themselves. */
@Controller('bare')
class BareController {
  @Get()
  @UseGuards(SessionGuard)
  own(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('admin')
  @UseGuards(SessionGuard, SuperUserGuard)
  admin(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }
}

@Resolver()
class ShopResolver {
  @Query(() => String)
  me(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Query(() => String)
  @AllowAnonymous()
  welcome(@CurrentUser() user: SsoUser | null): string {
    return user?.username ?? 'a stranger';
  }
}

/** As many hosts have it: whatever goes wrong has the same form. */
@Catch()
class CatchAllFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    host.switchToHttp().getResponse<Response>().status(status).json({ failed: status });
  }
}

const globally = (...guards: Type<CanActivate>[]): Provider[] =>
  guards.map((useClass) => ({ provide: APP_GUARD, useClass }));

/** The two ways in which a host protects all that is its own. */
const everywhere: [way: string, boot: Pick<Boot, 'options' | 'providers'>][] = [
  ['by APP_GUARD', { providers: globally(SessionGuard) }],
  ["by protect: 'all'", { options: { protect: 'all' }, providers: [] }],
];

const OWN_PAGES = ['/login', '/register', '/logout'];

const onEach = databases.flatMap((database) =>
  everywhere.map(([way, given]) => ({ way, given, name: database.name, database })),
);

describe.each(onEach)('SessionGuard for a whole application, $way, on $name,', ({ given, database }) => {
  const log = new StatementLog();
  const host = hosted({
    database,
    dataSource: { logging: true, logger: log },
    controllers: [ShopController],
    imports: [CacheModule.register()],
    ...given,
    providers: [...(given.providers ?? []), { provide: APP_INTERCEPTOR, useClass: CacheInterceptor }],
  });

  it.each(OWN_PAGES)('leaves the page %s open', async (path) => {
    const { status, body } = await host.visitor('form').page(path);
    expect([status, body.startsWith('<!DOCTYPE html>')]).toEqual([200, true]);
  });

  it.each(['/styles.css', '/page.js'])('leaves %s open', async (path) => {
    expect((await host.visitor().get(path, '*/*')).status).toBe(200);
  });

  it.each(clients)('leaves the way of an account open, by %s', async (client) => {
    const visitor = host.visitor(client);
    const username = `global-${client}`;
    const fields = {
      username,
      email: `${username}@example.com`,
      password: PASSWORD,
      confirm_password: PASSWORD,
    };
    expectDone(await visitor.register(fields), { to: '/login', status: 201 });
    expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
    expect((await visitor.get('/host/orders')).json).toEqual({ username });
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expectDone(await visitor.login({ username, password: OTHER_PASSWORD }), { to: '/' });
    expectDone(await visitor.logout(), { to: '/login' });
    expectRefused(await host.visitor().get('/host/orders'), 401, 'not_authenticated');
  });

  it('takes nothing from the guards of our routes', async () => {
    const stranger = host.visitor();
    for (const path of ['/session', '/sessions', '/users']) {
      expectRefused(await stranger.get(path), 401, 'not_authenticated');
    }
    const { status, headers } = await host.visitor('form').page('/sessions');
    expect([status, headers.location]).toEqual([303, '/login?next=%2Fsessions']);
    const person = await host.people.signIn(await host.people.person());
    expectRefused(await person.get('/users'), 403, 'super_user_required');
    const headersOfOthers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expectRefused(await person.api('POST', '/logout', {}, headersOfOthers), 403, 'csrf_failed');
  });

  it('refuses strangers: a page with the way to the login, all else with an error', async () => {
    const stranger = host.visitor();
    expectRefused(await stranger.get('/host/orders'), 401, 'not_authenticated');
    expectRefused(await stranger.api('POST', '/host/orders', {}), 401, 'not_authenticated');
    for (const path of ['/host/orders?page=2', '/host/changing', '/host/twice', '/host/admin']) {
      const { status, headers } = await host.visitor('form').page(path);
      expect([status, headers.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('leads those who must change the password there', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    const { status, headers } = await visitor.page('/host/orders');
    expect([status, headers.location]).toEqual([303, '/change-password?next=%2Fhost%2Forders']);
    expectRefused(await visitor.get('/host/orders'), 403, 'password_change_required');
    expect((await visitor.get('/host/changing')).json).toEqual({ username: person.username });
    expect((await visitor.get('/host/landing')).json).toEqual({ username: null });
  });

  it('shows a page, in the language of the person, to those who are no super-users', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const headers = { accept: HTML, 'accept-language': 'de' };
    const { status, body, headers: answered } = await visitor.send('GET', '/host/admin', { headers });
    expect([status, answered['content-language'], answered['cache-control']]).toEqual([
      403,
      'de',
      'no-store',
    ]);
    expect(answered['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(body).toMatch(/^<!DOCTYPE html>\s*<html lang="de"/);
    expectRefused(await visitor.get('/host/admin'), 403, 'super_user_required');
  });

  it('opens what bears @AllowAnonymous(), and says there who it is', async () => {
    expect((await host.visitor().get('/host/landing')).json).toEqual({ username: null });
    expect((await host.visitor('form').page('/host/landing')).status).toBe(200);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expect((await visitor.get('/host/landing')).json).toEqual({ username: person.username });
  });

  it('costs a request one look-up', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const { statements } = await log.during(() => visitor.get('/host/orders'));
    expect(statements).toEqual(['SELECT sso_session']);
  });

  it('gives nothing to a global cache, unless a handler says how long', async () => {
    for (const path of ['/host/orders', '/host/landing', '/host/twice', '/session']) {
      const [one, other] = [await host.people.person(), await host.people.person()];
      for (const person of [one, other]) {
        const answer = await (await host.people.signIn(person)).get(path);
        expect([answer.body.includes(person.username), answer.headers['cache-control']], path).toEqual([
          true,
          'no-store',
        ]);
      }
    }
    const before = cachedCalls;
    for (let visit = 0; visit < 3; visit += 1) await host.visitor().get('/host/cached');
    expect(cachedCalls).toBe(before + 1);
  });

  it('lets a missing route be missing', async () => {
    expect((await host.visitor().get('/nowhere')).status).toBe(404);
    expect((await host.visitor().api('DELETE', '/login')).status).toBe(405);
  });
});

describe.each(everywhere)(
  'SessionGuard for a whole application, %s, beside a filter for all,',
  (_, given) => {
    const host = hosted({
      controllers: [ShopController],
      ...given,
      providers: [...(given.providers ?? []), { provide: APP_FILTER, useClass: CatchAllFilter }],
      configure: (app) => app.useGlobalFilters(new CatchAllFilter()),
    });

    it('leads navigations to the login; all else is answered by the filter', async () => {
      const { status, headers } = await host.visitor('form').page('/host/orders');
      expect([status, headers.location]).toEqual([303, '/login?next=%2Fhost%2Forders']);
      const refused = await host.visitor().get('/host/orders');
      expect([refused.status, refused.json]).toEqual([401, { failed: 401 }]);
    });

    it('has the pages of the module answered by the module', async () => {
      const refused = await host.visitor('form').login({ username: 'nobody', password: PASSWORD });
      expectRefused(refused, 401, 'invalid_credentials');
    });
  },
);

describe('SessionGuard on a controller alone', () => {
  const host = hosted({ controllers: [BareController] });

  it('shows a page with the way to the login to a stranger who opens one', async () => {
    for (const path of ['/bare', '/bare/admin']) {
      const { status, body } = await host.visitor('form').page(path);
      expect([status, body.startsWith('<!DOCTYPE html>')]).toEqual([401, true]);
      expect(body).toContain(`href="/login?next&#x3D;${encodeURIComponent(path)}"`);
      expectRefused(await host.visitor().get(path), 401, 'not_authenticated');
    }
  });

  it('shows a page to those who are no super-users, and keeps what it guards out of caches', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { status, body } = await visitor.page('/bare/admin');
    expect([status, body.startsWith('<!DOCTYPE html>')]).toEqual([403, true]);
    expect((await visitor.get('/bare')).headers['cache-control']).toBe('no-store');
  });
});

describe('SuperUserGuard and CsrfGuard for a whole application', () => {
  const host = hosted({
    controllers: [ShopController],
    providers: globally(SessionGuard, SuperUserGuard, CsrfGuard),
  });

  it.each(clients)('leave our own routes to everybody, by %s', async (client) => {
    for (const path of OWN_PAGES) expect((await host.visitor(client).get(path)).status).toBe(200);
    const visitor = await host.people.signIn(await host.people.person(), client);
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
  });

  it('let only super-users in, and no form without its token', async () => {
    const person = await host.people.signIn(await host.people.person());
    expectRefused(await person.get('/host/orders'), 403, 'super_user_required');
    const boss = await host.people.signIn(await host.people.superUser(), 'form');
    expect((await boss.get('/host/orders')).status).toBe(200);
    expect((await boss.post('/host/orders', {})).status).toBe(403);
    const token = await boss.token('/change-password');
    expect((await boss.post('/host/orders', token)).status).toBe(201);
  });
});

describe('a global cache', () => {
  const host = hosted({
    controllers: [KeptController, UnkeptController, MarkedMethodController],
    imports: [CacheModule.register()],
    providers: [{ provide: APP_INTERCEPTOR, useClass: CacheInterceptor }],
  });

  it.each(['/kept/me', '/unkept/me', '/bare-kept'])(
    'keeps nothing of %s, whatever its controller says',
    async (path) => {
      const people = [await host.people.person(), await host.people.person()];
      for (const person of people) {
        const visitor = await host.people.signIn(person);
        expect((await visitor.get(path)).json).toEqual({ username: person.username });
      }
      expectRefused(await host.visitor().get(path), 401, 'not_authenticated');
    },
  );
});

describe.each<(typeof everywhere)[number]>([...everywhere, ['where nothing is guarded by itself', {}]])(
  'a controller that is open as a whole, %s,',
  (_, given) => {
    const host = hosted({ controllers: [OpenedController], ...given });

    it('is closed where a handler says so', async () => {
      expect((await host.visitor().get('/opened')).json).toEqual({ username: null });
      for (const path of ['/opened/closed', '/opened/admin']) {
        expectRefused(await host.visitor().get(path), 401, 'not_authenticated');
      }
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      expect((await visitor.get('/opened/closed')).json).toEqual({ username: person.username });
    });
  },
);

describe('a refused page where the paths of the module have a parameter that the address lacks', () => {
  const host = hosted({
    controllers: [BareController],
    options: { routePrefix: ':tenant/auth', login: { redirectTo: '/bare' } },
  });

  it('is answered in JSON, with the same status', async () => {
    const answer = await host.visitor('form').page('/bare');
    expect([answer.status, answer.json.code]).toEqual([401, 'not_authenticated']);
  });
});

/** A host's own rule for all its routes. */
@Injectable()
class OfficeHoursGuard implements CanActivate {
  static isOpen = false;

  canActivate(context: ExecutionContext): boolean {
    if (isAuthRoute(context) || OfficeHoursGuard.isOpen) return true;
    throw new ForbiddenException('Come back tomorrow.');
  }
}

describe("a host's own global guard", () => {
  const host = hosted({ controllers: [ShopController], providers: globally(OfficeHoursGuard) });
  afterEach(() => {
    OfficeHoursGuard.isOpen = false;
  });

  it('knows our routes by isAuthRoute()', async () => {
    for (const path of OWN_PAGES) expect((await host.visitor('form').page(path)).status).toBe(200);
    const visitor = await host.people.signIn(await host.people.person());
    expect((await visitor.get('/session')).status).toBe(200);
    for (const accept of [HTML, 'application/json']) {
      const { status, json } = await visitor.get('/host/twice', accept);
      expect([status, json.message]).toEqual([403, 'Come back tomorrow.']);
    }
    OfficeHoursGuard.isOpen = true;
    expect((await visitor.get('/host/twice')).status).toBe(200);
  });
});

describe.each(everywhere)('SessionGuard for a whole application, %s, in GraphQL,', (_, given) => {
  const host = hosted({
    imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
    ...given,
    providers: [ShopResolver, ...(given.providers ?? [])],
  });
  const ask = async (visitor = host.visitor(), query = '{ me }') =>
    (await visitor.api('POST', '/graphql', { query })).body;

  it('guards queries, and opens those that bear @AllowAnonymous()', async () => {
    expect(await ask()).toContain('not_authenticated');
    expect(await ask(host.visitor(), '{ welcome }')).toContain('a stranger');
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    for (const query of ['{ me }', '{ welcome }'])
      expect(await ask(visitor, query)).toContain(person.username);
  });
});
