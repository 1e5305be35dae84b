import { inspect } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { turnstile, type Captcha } from '../../src/index.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { ways } from './doors.js';
import { providers } from './providers.js';
import { failures, nowhere, SECRET_KEY, SITE_KEY, StandIn } from './stand-in.js';

const standIn = await StandIn.start();
const deadUrl = await nowhere();
const keys = { siteKey: SITE_KEY, secretKey: SECRET_KEY };
afterAll(() => standIn.stop());
beforeEach(() => {
  standIn.received.length = 0;
  standIn.mood = null;
});

describe.each(providers)('$name that fails', ({ make, field }) => {
  const captcha = make({ ...keys, verifyUrl: standIn.url });
  const host = hosted({ options: { login: { captcha }, register: { captcha } } });

  describe.each(ways)('at $page, by $client', ({ path, client, fields, done, isOpened }) => {
    it.each(Object.entries(failures))(
      'with %s lets nobody through, and works again after',
      async (_, mood) => {
        const given = await fields(host);
        standIn.mood = mood;
        const refused = await host.visitor(client).submit(path, { ...given, [field]: standIn.solve() });
        expectRefused(refused, 503, 'service_unavailable');
        expectNoSessionCookie(refused);
        expect(await isOpened(host, given.username)).toBe(false);
        expect(standIn.received).toHaveLength(1);
        expect(standIn.elsewhere).toEqual([]);

        standIn.mood = null;
        const accepted = await host.visitor(client).submit(path, { ...given, [field]: standIn.solve() });
        expectDone(accepted, done);
      },
    );
  });
});

describe.each([
  ['that cannot be reached', turnstile({ ...keys, verifyUrl: deadUrl }), 'ECONNREFUSED'],
  ['that is slow', turnstile({ ...keys, verifyUrl: standIn.url }, 100), 'TimeoutError'],
] as const)('a provider %s', (_, captcha, reason) => {
  const host = hosted({ options: { login: { captcha }, register: { captcha } } });
  beforeEach(() => {
    standIn.mood = () => undefined;
  });

  it.each(ways)('lets nobody through at $page, by $client', async ({ path, client, fields, isOpened }) => {
    const given = await fields(host);
    const before = host.log.of('warn').length;
    const answer = await host.visitor(client).submit(path, { ...given, [captcha.field]: standIn.solve() });
    expectRefused(answer, 503, 'service_unavailable');
    expectNoSessionCookie(answer);
    expect(await isOpened(host, given.username)).toBe(false);
    const said = host.log.of('warn').slice(before);
    expect(said).toContain(
      `warn: The captcha provider Turnstile failed: it cannot be reached (${reason}). AuthModule`,
    );
  });
});

it('a provider that stops in the middle of its answer is cut off too', async () => {
  standIn.mood = (response) => response.write('{"success":');
  const captcha = turnstile({ ...keys, verifyUrl: standIn.url }, 100);
  await expect(captcha.verify(standIn.solve(), undefined)).rejects.toThrow('TimeoutError');
});

it('a provider gets five seconds unless it is told otherwise', async () => {
  const timeouts: number[] = [];
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (milliseconds) => {
    timeouts.push(milliseconds);
    return timeout.call(AbortSignal, milliseconds);
  };
  try {
    for (const { make } of providers) {
      await make({ ...keys, verifyUrl: standIn.url }).verify(standIn.solve(), undefined);
    }
  } finally {
    AbortSignal.timeout = timeout;
  }
  expect(timeouts).toEqual([5000, 5000, 5000]);
});

describe('wrong keys', () => {
  const captcha = turnstile({ siteKey: SITE_KEY, secretKey: 'another secret', verifyUrl: standIn.url });
  const host = hosted({ options: { login: { captcha } } });

  it('are a captcha that nobody can solve, and the log says why', async () => {
    const { username, password } = await host.people.person();
    const fields = { username, password, [captcha.field]: standIn.solve() };
    expectRefused(await host.visitor().login(fields), 422, 'captcha_failed');
    expect(host.log.of('warn')).toContain(
      'warn: The captcha provider Turnstile rejects the keys: invalid-input-secret. AuthModule',
    );
  });

  it.each(providers)('that are absent are an error at boot ($name)', ({ make }) => {
    for (const absent of [
      { siteKey: '', secretKey: SECRET_KEY },
      { siteKey: SITE_KEY, secretKey: '' },
      { siteKey: SITE_KEY, secretKey: undefined },
    ]) {
      expect(() => make(absent)).toThrow('needs a siteKey and a secretKey');
    }
    expect(() => make({ ...keys, verifyUrl: 'captcha.example/siteverify' })).toThrow('verifyUrl');
  });
});

describe('the secret key', () => {
  const hosts = [standIn.url, deadUrl].map((verifyUrl) => {
    const captcha = turnstile({ ...keys, verifyUrl });
    return hosted({ options: { login: { captcha }, register: { captcha } } });
  });

  it.each(ways)(
    'is in no page, answer, log line or row, at $page, by $client',
    async ({ path, client, fields }) => {
      const seen: string[] = [];
      for (const host of hosts) {
        const visitor = host.visitor(client);
        for (const mood of [null, ...Object.values(failures)]) {
          standIn.mood = mood;
          for (const token of [undefined, 'invented', standIn.solve()]) {
            const given = { ...(await fields(host)), ...(token && { 'cf-turnstile-response': token }) };
            const answer = await visitor.submit(path, given);
            seen.push(answer.body, inspect(answer.headers));
          }
        }
        seen.push((await visitor.page(path)).body, inspect(await visitor.get(path)));
        seen.push(host.log.lines.join('\n'), inspect(await host.rows.all('sso_audit_event')));
      }
      expect(seen.join('\n')).not.toContain(SECRET_KEY);
      expect(standIn.received.every(({ secret }) => secret === SECRET_KEY)).toBe(true);
    },
  );

  it('is not shown when the captcha or its error is printed', async () => {
    const everything = { depth: Infinity, showHidden: true };
    for (const { make } of providers) {
      const captcha: Captcha = make({ ...keys, verifyUrl: deadUrl });
      const error: unknown = await captcha.verify('token', undefined).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(inspect([captcha, error], everything)).not.toContain(SECRET_KEY);
      expect(JSON.stringify(captcha)).not.toContain(SECRET_KEY);
    }
  });
});
