import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, PASSWORD } from '../support/people.js';
import { clients, type Answer } from '../support/visitor.js';
import {
  behindProxy,
  expectBraked,
  freshAddress,
  logIn,
  passTime,
  stopTime,
  success,
  times,
  WRONG,
} from './guesses.js';

const everyHeader = (round: number) => ({
  'x-forwarded-for': `203.0.113.${round}`,
  'x-real-ip': `203.0.113.${round}`,
  forwarded: `for=203.0.113.${round};proto=https`,
  'x-client-ip': `203.0.113.${round}`,
  'cf-connecting-ip': `203.0.113.${round}`,
});

beforeEach(stopTime);
afterEach(() => vi.useRealTimers());

describe.each(clients)('with `trust proxy` off, by %s', (client) => {
  const host = hosted({ options: { throttle: {} } });

  function logInForging(username: string, round: number, password = WRONG): Promise<Answer> {
    return host.visitor(client).submit('/login', { username, password }, everyHeader(round));
  }

  function register(round: number): Promise<Answer> {
    const fields = {
      username: freshUsername(),
      email: freshEmail(),
      password: PASSWORD,
      confirm_password: PASSWORD,
    };
    return host.visitor(client).submit('/register', fields, everyHeader(round));
  }

  it('ten guesses throttle an account, whatever address the requests claim', async () => {
    const { username } = await host.people.person();
    for (let round = 0; round < 10; round += 1)
      expect((await logInForging(username, round)).status).toBe(401);
    expectBraked(await logInForging(username, 99, PASSWORD), { username });
    passTime(60_000);
  });

  it('thirty logins a minute come from one address, whatever it claims; the thirty-first is refused', async () => {
    const { username } = await host.people.person();
    for (let round = 0; round < 30; round += 1)
      expect((await logInForging(freshUsername(), round)).status).toBe(401);
    passTime(20_000);
    expect(expectBraked(await logInForging(username, 77, PASSWORD), { username })).toBe(40);
    expectBraked(await host.visitor(client).login({ username, password: PASSWORD }));
    passTime(40_000);
    expect((await logInForging(username, 78, PASSWORD)).status).toBe(success(client));
    passTime(60_000);
  });

  it('good logins count like bad ones', async () => {
    const { username } = await host.people.person();
    for (let round = 0; round < 30; round += 1)
      expect((await logInForging(username, round, PASSWORD)).status).toBe(success(client));
    expectBraked(await logInForging(username, 77, PASSWORD));
    passTime(60_000);
  });

  it('twenty registrations a minute come from one address; the next writes nobody', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 20; round += 1) statuses.push((await register(round)).status);
    expect(statuses).toEqual(times(20, client === 'json' ? 201 : 303));
    const before = await host.rows.count('sso_user');
    expectBraked(await register(90));
    expect(await host.rows.count('sso_user')).toBe(before);
    // One who registers too much may log in all the same.
    expect((await logInForging(freshUsername(), 1)).status).toBe(401);
    passTime(60_000);
    expect((await register(91)).status).toBe(client === 'json' ? 201 : 303);
    passTime(60_000);
  });

  it('thirty parallel logins too many are refused', async () => {
    const answers = await Promise.all(
      times(60, 0).map((_, round) =>
        host
          .visitor()
          .api('POST', '/login', { username: freshUsername(), password: WRONG }, everyHeader(round)),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
    passTime(60_000);
  });
});

describe('with the host’s `trust proxy` on', () => {
  const host = hosted(behindProxy({ loginsPerAddress: { attempts: 3, window: '1m' } }));

  async function from(addresses: string[]): Promise<number[]> {
    const statuses: number[] = [];
    for (const address of addresses)
      statuses.push((await logIn(host.visitor(), freshUsername(), WRONG, address)).status);
    return statuses;
  }

  it('each address that the proxy reports counts for itself', async () => {
    const [first, second] = [freshAddress(), freshAddress()];
    expect(await from([...times(4, first), ...times(4, second)])).toEqual([
      401, 401, 401, 429, 401, 401, 401, 429,
    ]);
  });

  it('a header that Express does not read changes nothing', async () => {
    const address = freshAddress();
    const statuses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { 'x-forwarded-for': _, ...headers } = everyHeader(round);
      const fields = { username: freshUsername(), password: WRONG };
      const sent = { ...headers, 'x-forwarded-for': address };
      statuses.push((await host.visitor().api('POST', '/login', fields, sent)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it.each([
    [
      'an IPv6 /64',
      ['2001:db8:7:7::1', '2001:db8:7:7:ffff::2', '2001:0DB8:0007:0007:1:2:3:4', '2001:db8:7:7::'],
    ],
    [
      'an IPv4 address and its mapped forms',
      ['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.7'],
    ],
  ])('%s is one address', async (_, addresses) => {
    expect(await from(addresses)).toEqual([401, 401, 401, 429]);
  });

  it.each([
    ['two IPv6 /64', '2001:db8:8:1::1', '2001:db8:8:2::1'],
    ['two mapped IPv4 addresses', '::ffff:192.0.2.8', '::ffff:192.0.2.9'],
  ])('%s are two', async (_, first, second) => {
    expect(await from([...times(3, first), ...times(3, second)])).toEqual(times(6, 401));
    expect(await from([first, second])).toEqual([429, 429]);
  });
});
