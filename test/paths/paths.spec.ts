import { Controller, Get, RequestMethod } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignedIn } from '../../src/index.js';
import type { Boot, TestApplication } from '../support/application.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { attributeOf } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, FORM_TYPE, HTML, JSON_TYPE, Visitor, type Client } from '../support/visitor.js';
import { type Front, mountedAt, strippedBy } from './fronts.js';

interface Arrangement {
  title: string;
  boot: Boot;
  /** What stands before the application. */
  front?: (host: TestApplication) => Promise<Front>;
  /** Path of one of our routes, as the browser sees it. */
  to: (route: string) => string;
  /** Path of a route of the host's. */
  own: (route: string) => string;
  home: string;
}

const below =
  (...prefixes: string[]) =>
  (route: string) =>
    `${prefixes.join('')}/${route}`;

const EXCLUDED = ['login', 'private', 'styles.css', 'users/:id'];

const arrangements: Arrangement[] = [
  {
    title: 'a global prefix with exceptions',
    boot: { configure: (app) => app.setGlobalPrefix('api', { exclude: EXCLUDED }) },
    to: (route) => (/^(login|styles\.css|users\/[^/]+)$/.test(route) ? `/${route}` : `/api/${route}`),
    own: below(),
    home: '/',
  },
  {
    title: 'another Express application',
    boot: { options: { routePrefix: 'auth' }, configure: (app) => app.setGlobalPrefix('api') },
    front: (host) => mountedAt('/shop', host),
    to: below('/shop', '/api', '/auth'),
    own: below('/shop', '/api'),
    home: '/shop/',
  },
  {
    title: 'a proxy that strips a prefix',
    boot: { configure: (app) => app.set('trust proxy', 'loopback') },
    front: (host) => strippedBy('/shop/a', host),
    to: below('/shop/a'),
    own: below('/shop/a'),
    home: '/shop/a/',
  },
  {
    title: 'prefixes with a parameter',
    boot: {
      options: { routePrefix: 'of/:group' },
      configure: (app) => app.setGlobalPrefix(':tenant', { exclude: ['nowhere'] }),
    },
    to: below('/caf%C3%A9%20%2F', '/of/b'),
    own: below('/caf%C3%A9%20%2F', '/of/b'),
    home: '/',
  },
];

@Controller('of/:group')
class GroupController {
  @Get('private')
  @SignedIn()
  private(): object {
    return {};
  }
}

describe.each(arrangements)('below $title', ({ boot, front, to, own, home }) => {
  const host = hosted({ ...boot, controllers: [GroupController] });
  let before: Front | undefined;
  beforeAll(async () => {
    before = await front?.(host);
  });
  afterAll(() => before?.close());
  const visitor = (client?: Client): Visitor => new Visitor(before?.url ?? host.url, client);

  async function signIn(client: Client, username: string): Promise<Visitor> {
    const signedIn = visitor(client);
    expectDone(await signedIn.submit(to('login'), { username, password: PASSWORD }), { to: home });
    return signedIn;
  }

  describe.each(clients)('by %s', (client) => {
    it('every success leads on below it', async () => {
      const username = freshUsername();
      const passwords = { password: PASSWORD, confirm_password: PASSWORD };
      const registered = await visitor(client).submit(to('register'), { username, ...passwords });
      expectDone(registered, { to: to('login'), status: 201 });
      const signedIn = await signIn(client, username);
      const change = {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
      };
      const changed = await signedIn.submit(
        `${to('change-password')}?next=${encodeURIComponent(own('private'))}`,
        change,
      );
      expectDone(changed, { to: `${to('login')}?next=${encodeURIComponent(own('private'))}` });
      const fields = { username, password: OTHER_PASSWORD };
      expectDone(await signedIn.submit(changed.location ?? '', fields), { to: own('private') });
      expectDone(await signedIn.submit(to('logout'), {}), { to: to('login') });
    });

    it('what ends sessions leads back to them', async () => {
      const { username } = await host.people.person();
      const signedIn = await signIn(client, username);
      const { json } = await signedIn.get(to('sessions'));
      const token = client === 'form' ? await signedIn.token(to('change-password')) : {};
      const send = (route: string) =>
        client === 'form' ? signedIn.post(to(route), token) : signedIn.api('POST', to(route), {});
      expectDone(await send('sessions/revoke-others'), { to: to('sessions') });
      expectDone(await send(`sessions/${json.sessions?.[0]?.id}/revoke`), { to: to('sessions') });
    });

    it('a body that cannot be read is answered in our words', async () => {
      const [type, body] = client === 'form' ? [FORM_TYPE, 'a=1'] : [JSON_TYPE, '{"password":"hunter2'];
      for (const route of ['login', 'users/new', 'sessions/revoke-others']) {
        const answer = await visitor(client).send('POST', to(route), {
          headers: {
            accept: client === 'form' ? HTML : JSON_TYPE,
            'content-type': client === 'form' ? `${type}; charset=none` : type,
          },
          body,
        });
        if (client === 'form') expectRefused(answer, 415, 'unsupported_media_type');
        else expectRefused(answer, 400, 'malformed_body');
      }
    });
  });

  it('strangers are led to the login and back', async () => {
    const { username } = await host.people.person();
    for (const page of [`${own('private')}?a=1`, to('sessions'), to('change-password')]) {
      const stranger = visitor('form');
      const { status, headers } = await stranger.page(page);
      expect({ status, location: headers.location }).toEqual({
        status: 303,
        location: `${to('login')}?next=${encodeURIComponent(page)}`,
      });
      const login = await stranger.submit(headers.location ?? '', {
        username,
        password: PASSWORD,
        next: page,
      });
      expectDone(login, { to: page });
      expect((await stranger.page(page)).status).toBe(200);
    }
  });

  it('all that a page loads and leads to is there, and its forms are received', async () => {
    const boss = await host.people.superUser();
    const { id, username } = await host.people.person();
    const signedIn = await signIn('form', boss.username);
    const pages = [
      'login',
      'logout',
      'register',
      'change-password',
      'sessions',
      'users',
      'users/new',
      `users/${id}`,
      `users/${id}/password`,
      `users/${id}/delete`,
      `users/${boss.id}`,
      'audit',
    ];
    const found = new Set<string>();
    for (const page of pages) {
      const { status, body } = await signedIn.page(to(page));
      expect(status, page).toBe(200);
      for (const [tag] of body.matchAll(/<(?:a|link|script)\b[^>]*>/gi)) {
        found.add(attributeOf(tag, 'href') ?? attributeOf(tag, 'src') ?? '');
      }
      for (const [tag] of body.matchAll(/<form\b[^>]*>/gi)) {
        const action = attributeOf(tag, 'action') ?? '';
        if (attributeOf(tag, 'method') === 'get') found.add(action);
        // Without a token each is refused, if it comes to a form of ours at all.
        else expectRefused(await signedIn.post(action, {}), 403, 'csrf_failed');
      }
    }
    expect([...found]).toEqual(
      expect.arrayContaining([to('styles.css'), to('icon.svg'), to('page.js'), to(`users/${id}`), home]),
    );
    for (const address of found) {
      if (address === home || address.startsWith('#')) continue;
      expect((await signedIn.page(address)).status, address).toBe(200);
    }
    const token = await signedIn.token(to('change-password'));
    expectDone(await signedIn.post(to(`users/${id}/lock`), token), { to: to(`users/${id}`) });
    expectDone(await signedIn.post(to(`users/${id}/delete`), token), { to: to('users') });
    expect(await host.people.canLogIn(username, PASSWORD).catch(() => false)).toBe(false);
  });
});

describe('a global prefix that excludes a page, but not its form', () => {
  const exclude = [{ path: 'login', method: RequestMethod.GET }];
  const host = hosted({ configure: (app) => app.setGlobalPrefix('api', { exclude }) });

  it('has the page post to where the form is received', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    const { body } = await visitor.page('/login');
    expect(body).toContain('<form method="post" action="/api/login">');
    const token = await visitor.token('/login');
    const answer = await visitor.post('/api/login', { username, password: PASSWORD, ...token });
    expectDone(answer, { to: '/' });
    const malformed = { headers: { 'content-type': JSON_TYPE }, body: '{' };
    expectRefused(await visitor.send('POST', '/api/login', malformed), 400, 'malformed_body');
  });
});

describe('X-Forwarded-Prefix', () => {
  const trusting = hosted({ configure: (app) => app.set('trust proxy', 'loopback') });
  const distrusting = hosted();

  async function ledTo(host: TestApplication, prefix: string | string[]): Promise<string | undefined> {
    const { headers } = await host.visitor().send('GET', '/private', {
      headers: { accept: HTML, 'x-forwarded-prefix': prefix },
    });
    return headers.location;
  }

  it('is believed of a proxy that Express trusts', async () => {
    for (const prefix of ['/shop', '/shop/']) {
      expect(await ledTo(trusting, prefix)).toBe('/shop/login?next=%2Fshop%2Fprivate');
    }
    expect(await ledTo(trusting, '/')).toBe('/login?next=%2Fprivate');
  });

  it('is believed of nobody else', async () => {
    expect(await ledTo(distrusting, '/shop')).toBe('/login?next=%2Fprivate');
  });

  it.each([
    ['//evil.example'],
    ['/\\evil.example'],
    ['/shop//evil.example'],
    ['https://evil.example'],
    ['evil.example'],
    ['/shop?a='],
    ['/shop#a'],
    ['/sh op'],
    ['/sh\top'],
    ['/caf\u00e9'],
    ['/a,/b'],
    [['/a', '/b']],
    [''],
  ])('is no path, and of no account, as %j', async (prefix) => {
    expect(await ledTo(trusting, prefix)).toBe('/login?next=%2Fprivate');
  });
});

describe('a path that an option names', () => {
  const host = hosted({
    options: {
      login: { redirectTo: '/welcome' },
      logout: { redirectTo: '/bye' },
      changePassword: { loginUrl: '/enter' },
      register: { redirectTo: '/thanks' },
    },
  });
  let front: Front;
  beforeAll(async () => {
    front = await mountedAt('/shop', host);
  });
  afterAll(() => front.close());

  it('is taken as the browser sees it', async () => {
    const visitor = new Visitor(front.url, 'form');
    const username = freshUsername();
    const fields = { username, password: PASSWORD };
    const registered = await visitor.submit('/shop/register', { ...fields, confirm_password: PASSWORD });
    expectDone(registered, { to: '/thanks' });
    expectDone(await visitor.submit('/shop/login', fields), { to: '/welcome' });
    expectDone(await visitor.submit('/shop/logout', {}), { to: '/bye' });
    expect((await visitor.page('/shop/private')).location).toBe('/enter?next=%2Fshop%2Fprivate');
  });
});

describe('a page outside a prefix with a parameter', () => {
  const host = hosted({ configure: (app) => app.setGlobalPrefix(':tenant', { exclude: ['private'] }) });

  it('has no login to lead to, and the log says what to set', async () => {
    expect((await host.visitor('form').page('/private')).status).toBe(500);
    const [error] = host.log.takeErrors();
    expect(error).toContain('the URL of the request has no ":tenant"');
    expect(error).toContain('changePassword.loginUrl');
  });
});
