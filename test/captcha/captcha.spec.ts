import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { turnstile } from '../../src/index.js';
import { PasswordService } from '../../src/password/password.service.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import type { Client } from '../support/visitor.js';
import { doors, ways } from './doors.js';
import { providers } from './providers.js';
import { SECRET_KEY, SITE_KEY, StandIn } from './stand-in.js';

const standIn = await StandIn.start();
afterAll(() => standIn.stop());
beforeEach(() => {
  standIn.received.length = 0;
});

/** What no widget puts into its field. */
const texts: [string, unknown][] = [
  ['none', undefined],
  ['an empty token', ''],
  ['a token that is far too long', 'x'.repeat(8193)],
  ['several tokens', ['a', 'b']],
];
const unanswerable: Record<Client, [string, unknown][]> = {
  form: texts,
  json: [...texts, ['a number', 1], ['true', true], ['null', null], ['an object', { success: true }]],
};

describe.each(providers)('$name', ({ make, field, name }) => {
  const failures: [string, string][] = [];
  const hooks = {
    preLogin: vi.fn<() => void>(),
    loginFailure: ({ username }: { username: string }, code: string) => void failures.push([username, code]),
  };
  const captcha = make({ siteKey: SITE_KEY, secretKey: SECRET_KEY, verifyUrl: standIn.url });
  const host = hosted({ options: { login: { captcha, hooks }, register: { captcha } } });

  describe.each(ways)(
    'at $page, by $client',
    ({ page, path, client, fields, incomplete, done, isOpened }) => {
      it('lets those through who have solved it, and tells the provider what it asks for', async () => {
        const given = await fields(host);
        const token = standIn.solve();
        const answer = await host.visitor(client).submit(path, { ...given, [field]: token });
        expectDone(answer, done);
        expect(await isOpened(host, given.username)).toBe(true);
        expect(standIn.received).toEqual([
          {
            secret: SECRET_KEY,
            response: token,
            remoteip: '127.0.0.1',
            ...(name === 'hCaptcha' && { sitekey: SITE_KEY }),
          },
        ]);
      });

      it('refuses a token that stands for nothing', async () => {
        const given = await fields(host);
        const answer = await host.visitor(client).submit(path, { ...given, [field]: 'invented' });
        expectRefused(answer, 422, 'captcha_failed');
        expectNoSessionCookie(answer);
        expect(await isOpened(host, given.username)).toBe(false);
        expect(standIn.received).toHaveLength(1);
      });

      it('refuses a token the second time', async () => {
        const token = standIn.solve();
        const first = { ...(await fields(host)), [field]: token };
        expectDone(await host.visitor(client).submit(path, first), done);
        const second = await fields(host);
        expectRefused(
          await host.visitor(client).submit(path, { ...second, [field]: token }),
          422,
          'captcha_failed',
        );
        expect(await isOpened(host, second.username)).toBe(false);
      });

      it.each(unanswerable[client])('refuses %s without asking the provider', async (_, token) => {
        const given = await fields(host);
        const sent = token === undefined ? given : { ...given, [field]: token };
        const answer = await host.visitor(client).submit(path, sent);
        expectRefused(answer, 422, 'captcha_failed');
        expectNoSessionCookie(answer);
        expect(await isOpened(host, given.username)).toBe(false);
        expect(standIn.received).toEqual([]);
      });

      it('comes after the checks of the fields, which cost no token', async () => {
        const token = standIn.solve();
        const visitor = host.visitor(client);
        expectRefused(await visitor.submit(path, incomplete), 422, 'missing_fields');
        expectRefused(await visitor.submit(path, { ...incomplete, [field]: token }), 422, 'missing_fields');
        const unknown = { ...(await fields(host)), [field]: token, nick: 'x' };
        expectRefused(await visitor.submit(path, unknown), 422, 'invalid_field');
        expect(standIn.received).toEqual([]);
      });

      it('knows the field of its own widget only', async () => {
        const given = { ...(await fields(host)), [field]: standIn.solve() };
        const theirs = providers.map((provider) => provider.field).filter((other) => other !== field);
        // hCaptcha's widget adds both.
        const unknown = theirs.filter((other) => name !== 'hCaptcha' || other !== 'g-recaptcha-response');
        for (const other of unknown) {
          const answer = await host.visitor(client).submit(path, { ...given, [other]: 'x' });
          expectRefused(answer, 422, 'invalid_field');
        }
        const accepted = Object.fromEntries(
          theirs.filter((other) => !unknown.includes(other)).map((other) => [other, given[field]]),
        );
        expectDone(await host.visitor(client).submit(path, { ...given, ...accepted }), done);
      });

      it('is no substitute for anything else', async () => {
        const given = { ...(await fields(host)), [field]: standIn.solve() };
        const [status, code, wrong] =
          page === 'login'
            ? ([401, 'invalid_credentials', { password: 'wrong' }] as const)
            : ([422, 'password_too_short', { password: 'x', confirm_password: 'x' }] as const);
        expectRefused(await host.visitor(client).submit(path, { ...given, ...wrong }), status, code);
      });
    },
  );

  it('at login fails before the password is looked at, and the hook and the audit hear of it', async () => {
    const { username, password, id } = await host.people.person();
    const verify = vi.spyOn(host.app.get(PasswordService, { strict: false }), 'verify');
    failures.length = 0;
    hooks.preLogin.mockClear();
    const answer = await host.visitor().login({ username, password, [field]: 'invented' });
    expectRefused(answer, 422, 'captcha_failed');
    expect(failures).toEqual([[username, 'captcha_failed']]);
    expect(hooks.preLogin).not.toHaveBeenCalled();
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
    const [row] = await host.rows.all('sso_audit_event', { target: id, action: 'login' });
    expect(row).toMatchObject({ code: 'captcha_failed', actor: null });
    expect((await host.rows.user(id)).last_login).toBeNull();
  });

  it('at register is asked after the two passwords were compared', async () => {
    const [, register] = doors;
    const given = await register?.fields(host);
    const answer = await host
      .visitor()
      .register({ ...given, confirm_password: 'another', [field]: standIn.solve() });
    expectRefused(answer, 422, 'passwords_do_not_match');
    expect(standIn.received).toEqual([]);
  });
});

describe('the address that the provider is told', () => {
  const captcha = turnstile({ siteKey: SITE_KEY, secretKey: SECRET_KEY, verifyUrl: standIn.url });
  const options = { login: { captcha } };
  const direct = hosted({ options });
  const proxied = hosted({ options, configure: (app) => void app.set('trust proxy', true) });

  it.each([
    ['the connection’s, whatever a header says', direct, '203.0.113.9', '127.0.0.1'],
    ['the one that a trusted proxy names', proxied, '203.0.113.9', '203.0.113.9'],
    ['IPv6', proxied, '2001:db8::7', '2001:db8::7'],
    ['IPv4 out of the clothes of IPv6', proxied, '::ffff:203.0.113.9', '203.0.113.9'],
  ])('is %s', async (_, host, forwarded, expected) => {
    const { username, password } = await host.people.person();
    const fields = { username, password, [captcha.field]: standIn.solve() };
    const answer = await host.visitor().submit('/login', fields, { 'x-forwarded-for': forwarded });
    expectDone(answer, { to: '/' });
    expect(standIn.received.map(({ remoteip }) => remoteip)).toEqual([expected]);
  });
});

describe('without a captcha', () => {
  const host = hosted();

  it.each(ways)('its fields are unknown at $page, by $client', async ({ path, client, fields }) => {
    for (const { field } of providers) {
      const given = { ...(await fields(host)), [field]: 'x' };
      expectRefused(await host.visitor(client).submit(path, given), 422, 'invalid_field');
    }
  });
});
