import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ThrottleOptions } from '../../src/index.js';
import { bootError } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import {
  behindProxy,
  changeTo,
  expectBraked,
  freshAddress,
  guess,
  logIn,
  passTime,
  stopTime,
  success,
  times,
  WRONG,
} from './guesses.js';

describe('`throttle: false`', () => {
  const host = hosted({ options: { throttle: false } });

  it.each(clients)('judges everything, by %s, and knows no device', async (client) => {
    const { username } = await host.people.person();
    for (let round = 0; round < 35; round += 1)
      expect((await host.visitor().login({ username, password: WRONG })).status).toBe(401);
    const visitor = host.visitor(client);
    const answer = await visitor.login({ username, password: PASSWORD });
    expect(answer.status).toBe(success(client));
    expect(answer.setCookies.map(({ name }) => name)).not.toContain('device');
    for (let round = 0; round < 8; round += 1) expect((await changeTo(visitor, WRONG)).status).toBe(422);
    for (let round = 0; round < 22; round += 1) {
      const [name, email] = [freshUsername(), freshEmail()];
      const fields = { username: name, email, password: PASSWORD, confirm_password: 'x' };
      expect((await host.visitor().register(fields)).status).toBe(422);
    }
  });
});

describe('every number is an option', () => {
  const host = hosted(
    behindProxy({
      account: { failures: 3, window: '5m', wait: '10s', maxWait: '15s' },
      loginsPerAddress: { attempts: 2, window: '20s' },
      registrationsPerAddress: { attempts: 1, window: 30 },
      oldPasswords: { attempts: 2, window: '40s' },
      deviceExpiry: '2d',
    }),
  );

  beforeEach(stopTime);
  afterEach(() => vi.useRealTimers());

  it('failures, waits and the longest wait of an account', async () => {
    const { username } = await host.people.person();
    expect(await guess(host, times(2, username))).toEqual([401, 401]);
    for (const seconds of [10, 15, 15]) {
      expect(await guess(host, [username])).toEqual([401]);
      expect(expectBraked(await logIn(host.visitor(), username, PASSWORD))).toBe(seconds);
      passTime(seconds * 1000);
    }
  });

  it('the window of an account', async () => {
    const { username } = await host.people.person();
    await guess(host, times(2, username));
    passTime(299_999);
    await guess(host, [username]);
    expectBraked(await logIn(host.visitor(), username, PASSWORD));
    const other = await host.people.person();
    await guess(host, times(2, other.username));
    passTime(300_000);
    await guess(host, times(2, other.username));
    expect((await logIn(host.visitor(), other.username, PASSWORD)).status).toBe(200);
  });

  it('logins and registrations per address', async () => {
    const address = freshAddress();
    const login = () => logIn(host.visitor(), freshUsername(), WRONG, address);
    const register = () => {
      const fields = { username: freshUsername(), email: freshEmail(), password: PASSWORD };
      const body = { ...fields, confirm_password: PASSWORD };
      return host.visitor().api('POST', '/register', body, { 'x-forwarded-for': address });
    };
    expect([(await login()).status, (await login()).status]).toEqual([401, 401]);
    expect(expectBraked(await login())).toBe(20);
    expect((await register()).status).toBe(201);
    expect(expectBraked(await register())).toBe(30);
    passTime(20_000);
    expect((await login()).status).toBe(401);
    expectBraked(await register());
    passTime(10_000);
    expect((await register()).status).toBe(201);
  });

  it('wrong old passwords', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor();
    await logIn(visitor, username, PASSWORD);
    expect([(await changeTo(visitor, WRONG)).status, (await changeTo(visitor, WRONG)).status]).toEqual([
      422, 422,
    ]);
    expect(expectBraked(await changeTo(visitor, PASSWORD))).toBe(40);
    passTime(40_000);
    expect((await changeTo(visitor, PASSWORD)).status).toBe(200);
  });

  it('how long a browser is known', async () => {
    const { username } = await host.people.person();
    const { setCookies } = await logIn(host.visitor(), username, PASSWORD);
    const device = setCookies.find(({ name }) => name === 'device');
    expect(device?.attributes['max-age']).toBe(String(2 * 86_400));
    const known = host.visitor();
    known.cookies.put('device', device?.value ?? '');
    passTime(2 * 86_400_000 + 1000);
    await guess(host, times(3, username));
    expectBraked(await logIn(known, username, PASSWORD));
  });
});

/** Groups a program in JavaScript could give, whatever the types say. */
const given = (throttle: object) => ({ options: { throttle: throttle as Partial<ThrottleOptions> } });

describe('a number without sense stops the start and names the option', () => {
  const account = { failures: 10, window: '12h', wait: '1m', maxWait: '15m' } as const;
  const limit = { attempts: 5, window: '1m' } as const;
  const counts = [0, -1, 1.5, NaN, Infinity, '5', null];
  const durations = [0, -1, '0s', '-5m', NaN, Infinity, 'soon', ''];

  it.each([
    ...counts.map((failures) => ['account.failures', { account: { ...account, failures } }]),
    ...(['window', 'wait', 'maxWait'] as const).flatMap((name) =>
      durations.map((value) => [`account.${name}`, { account: { ...account, [name]: value } }]),
    ),
    ...(['loginsPerAddress', 'registrationsPerAddress', 'oldPasswords'] as const).flatMap((name) => [
      ...counts.map((attempts) => [`${name}.attempts`, { [name]: { ...limit, attempts } }]),
      ...durations.map((window) => [`${name}.window`, { [name]: { ...limit, window } }]),
    ]),
    ...durations.map((deviceExpiry) => ['deviceExpiry', { deviceExpiry }]),
  ] as [string, object][])('%s: %j', async (name, throttle) => {
    expect((await bootError(given(throttle))).message).toContain(`throttle.${name}`);
  });

  it('a longest wait that is shorter than the first', async () => {
    const throttle = { account: { ...account, wait: '10m', maxWait: '1m' } };
    expect((await bootError(given(throttle))).message).toContain('throttle.account.maxWait');
  });

  it.each([
    ['account.window', { account: { ...account, window: '30d' } }],
    ['account.wait', { account: { ...account, wait: '30d', maxWait: '40d' } }],
    ['account.maxWait', { account: { ...account, maxWait: '30d' } }],
    ['loginsPerAddress.window', { loginsPerAddress: { ...limit, window: '30d' } }],
    ['registrationsPerAddress.window', { registrationsPerAddress: { ...limit, window: '30d' } }],
    ['oldPasswords.window', { oldPasswords: { ...limit, window: '30d' } }],
  ])('%s longer than a timer can wait: counters in memory would be gone at once', async (name, throttle) => {
    expect((await bootError(given(throttle))).message).toContain(`throttle.${name}`);
  });
});
