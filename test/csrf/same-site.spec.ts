import { describe, expect, it } from 'vitest';
import { bootError } from '../support/application.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { Program } from '../support/program.js';
import { clients } from '../support/visitor.js';

const FRIEND = 'https://shop.example';
const CROSS = { origin: FRIEND, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };

describe("session.sameSite: 'none'", () => {
  const host = hosted({
    options: {
      production: true,
      throttle: {},
      session: { sameSite: 'none', bearer: true },
      trustedOrigins: [FRIEND],
    },
  });

  it.each(clients)(
    'has browsers send the cookies of the session and the device, and no other, by %s',
    async (client) => {
      const { username } = await host.people.person();
      const visitor = host.visitor(client);
      const own = { origin: host.url };
      const login = await visitor.submit('/login', { username, password: PASSWORD }, own);
      const logout = await visitor.submit('/logout', {}, own);
      const sites = [...login.setCookies, ...logout.setCookies].map(({ name, attributes }) => [
        name,
        attributes.samesite,
        'secure' in attributes && 'httponly' in attributes,
      ]);
      expect(new Map(sites.map(([name, ...rest]) => [name, rest]))).toEqual(
        new Map<string, unknown>([
          ['__Host-id', ['None', true]],
          ['__Host-device', ['None', true]],
          ...(client === 'form' ? [['__Host-notice', ['Lax', true]] as const] : []),
        ]),
      );
      const page = await host.visitor().page('/login');
      expect(page.setCookies.map(({ name, attributes }) => [name, attributes.samesite])).toEqual([
        ['__Host-csrf', 'Lax'],
      ]);
    },
  );

  it('lets the page of another site in that is trusted', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor();
    expectDone(await visitor.api('POST', '/login', { username, password: PASSWORD }, CROSS), { to: '/' });
    expect((await visitor.get('/private')).json).toEqual({ username });
    expectDone(await visitor.api('POST', '/logout', {}, CROSS), { to: '/login' });
    expect(host.log.of('warn').filter((line) => line.includes('another site'))).toEqual([]);
  });

  it.each([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  ])(
    'has unsafe requests refused that do not say that they come from a trusted page: %j',
    async (headers) => {
      const { id, username } = await host.people.person();
      const visitor = host.visitor();
      const answer = await visitor.api('POST', '/login', { username, password: PASSWORD }, headers);
      expectRefused(answer, 403, 'csrf_failed');
      expect(await host.rows.sessionsOf(id)).toEqual([]);
      await visitor.api('POST', '/login', { username, password: PASSWORD }, { origin: host.url });
      for (const path of ['/logout', '/sessions/revoke-others'])
        expectRefused(await visitor.api('POST', path, {}, headers), 403, 'csrf_failed');
      expect(await visitor.isSignedIn()).toBe(true);
    },
  );

  it('asks no program for its origin', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    expectDone(await program.login(person), { to: '/' });
    expect((await program.call('POST', '/logout', {})).status).toBe(200);
  });
});

describe('session.sameSite', () => {
  it('stops the start where a cookie for other sites would not be Secure', async () => {
    const { message } = await bootError({ options: { production: false, session: { sameSite: 'none' } } });
    expect(message).toBe(
      "session.sameSite: 'none' needs the option `production` and HTTPS, because browsers reject such a cookie unless it is Secure.",
    );
  });

  it('knows two values', async () => {
    const session = { sameSite: 'strict' as 'lax' };
    expect((await bootError({ options: { session } })).message).toBe(
      'session.sameSite must be "lax" or "none", not "strict".',
    );
  });
});
