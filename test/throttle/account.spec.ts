import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { hosted } from '../support/hosted.js';
import { expectNoSessionCookie } from '../support/expectations.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import {
  behindProxy,
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

const host = hosted(behindProxy());

beforeEach(stopTime);
afterEach(() => vi.useRealTimers());

describe.each(clients)('wrong guesses at one account, by %s', (client) => {
  it('ten are judged, from whatever addresses; the eleventh is refused, and the right password too', async () => {
    const { username } = await host.people.person();
    expect(await guess(host, times(10, username), client)).toEqual(times(10, 401));
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify');
    for (const password of [WRONG, PASSWORD]) {
      const answer = await logIn(host.visitor(client), username, password);
      expect(expectBraked(answer, { username, password: '' })).toBe(60);
      expect(answer.setCookies.filter(({ name }) => name === 'device')).toEqual([]);
    }
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
  });

  it('every case and Unicode form of the name shares the count', async () => {
    const username = `${freshUsername()}-ström-ﬁn`;
    await host.people.person({ username });
    const wide = [...username].map((letter) =>
      /[a-z0-9-]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter,
    );
    const forms = [
      ` ${username} `,
      username.toUpperCase(),
      username.normalize('NFD'),
      username.normalize('NFD').toUpperCase(),
      username.normalize('NFKC'),
      username.normalize('NFKD'),
      username.replace('ﬁ', 'FI'),
      wide.join(''),
      wide.join('').toUpperCase(),
      username.replace('o', '\u{1d428}'),
    ];
    expect(await guess(host, forms, client)).toEqual(times(10, 401));
    for (const form of forms) expectBraked(await logIn(host.visitor(client), form, PASSWORD));
  });

  it('a name that nobody has is counted alike, with the same answers', async () => {
    const known = (await host.people.person()).username;
    const unknown = freshUsername();
    const [first, second] = [[], []] as [string[], string[]];
    for (const [username, seen] of [
      [known, first],
      [unknown, second],
    ] as const) {
      for (let round = 0; round < 12; round += 1) {
        const { status, message, headers } = await logIn(host.visitor(client), username, WRONG);
        seen.push(`${status} ${message} ${headers['retry-after']}`);
      }
    }
    expect(second).toEqual(first);
    expect(second.map((line) => line.slice(0, 3))).toEqual([...times(10, '401'), '429', '429']);
  });

  it('the account opens again at the boundary, not a millisecond before', async () => {
    const { username } = await host.people.person();
    await guess(host, times(10, username), client);
    passTime(59_999);
    expect(expectBraked(await logIn(host.visitor(client), username, PASSWORD))).toBe(1);
    passTime(1);
    expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(success(client));
  });

  it('the waits double from one minute and stay at fifteen', async () => {
    const { username } = await host.people.person();
    await guess(host, times(9, username), client);
    for (const minutes of [1, 2, 4, 8, 15, 15, 15]) {
      expect(await guess(host, [username], client)).toEqual([401]);
      expect(expectBraked(await logIn(host.visitor(client), username, WRONG))).toBe(minutes * 60);
      passTime(minutes * 60_000);
    }
  });

  it('attempts during the wait are not counted and do not lengthen it', async () => {
    const { username } = await host.people.person();
    await guess(host, times(10, username), client);
    passTime(30_000);
    for (let round = 0; round < 15; round += 1)
      expect(expectBraked(await logIn(host.visitor(client), username, WRONG))).toBe(30);
    passTime(30_000);
    expect(await guess(host, [username], client)).toEqual([401]);
    expect(expectBraked(await logIn(host.visitor(client), username, WRONG))).toBe(120);
  });

  it('a success clears the count and the length of the waits', async () => {
    const { username } = await host.people.person();
    await guess(host, times(10, username), client);
    passTime(60_000);
    await guess(host, [username], client);
    passTime(120_000);
    expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(success(client));
    expect(await guess(host, times(10, username), client)).toEqual(times(10, 401));
    expect(expectBraked(await logIn(host.visitor(client), username, WRONG))).toBe(60);
  });

  it('failures are forgotten twelve hours after the first', async () => {
    const { username } = await host.people.person();
    await guess(host, times(9, username), client);
    passTime(12 * 3_600_000);
    expect(await guess(host, times(10, username), client)).toEqual(times(10, 401));
    expectBraked(await logIn(host.visitor(client), username, PASSWORD));
  });

  it('live sessions go on, and other accounts are untouched', async () => {
    const person = await host.people.person();
    const other = await host.people.person();
    const live = host.visitor(client);
    await logIn(live, person.username, PASSWORD);
    await guess(host, times(11, person.username), client);
    expect(await live.isSignedIn()).toBe(true);
    expect((await live.get('/private')).status).toBe(200);
    expect((await logIn(host.visitor(client), other.username, PASSWORD)).status).toBe(success(client));
  });

  it('of 25 parallel guesses ten are judged', async () => {
    const { username } = await host.people.person();
    const visitors = await Promise.all(
      times(25, client).map(async (one) => {
        const visitor = host.visitor(one);
        return { visitor, token: one === 'form' ? await visitor.token('/login') : {} };
      }),
    );
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify');
    const answers = await Promise.all(
      visitors.map(({ visitor, token }, index) => {
        const fields = { username, password: `${WRONG} ${index}`, ...token };
        const headers = { 'x-forwarded-for': freshAddress() };
        return client === 'json'
          ? visitor.api('POST', '/login', fields, headers)
          : visitor.post('/login', fields, headers);
      }),
    );
    expect(verify).toHaveBeenCalledTimes(10);
    verify.mockRestore();
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 401)) expectBraked(answer);
    for (const answer of answers) expectNoSessionCookie(answer);
    passTime(60_000);
    expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(success(client));
  });
});

it('after a wait one of 25 parallel guesses is judged, and the next wait is the second', async () => {
  const { username } = await host.people.person();
  await guess(host, times(10, username));
  passTime(60_000);
  const answers = await Promise.all(times(25, username).map((name) => logIn(host.visitor(), name, WRONG)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(1);
  expect(expectBraked(await logIn(host.visitor(), username, PASSWORD))).toBe(120);
});

it('form posts and JSON share the count', async () => {
  const { username } = await host.people.person();
  await guess(host, times(5, username), 'form');
  await guess(host, times(5, username), 'json');
  for (const client of clients) expectBraked(await logIn(host.visitor(client), username, PASSWORD));
});

it('an over-long password and an over-long name are guesses too', async () => {
  const { username } = await host.people.person();
  for (let round = 0; round < 10; round += 1)
    expect((await logIn(host.visitor(), username, 'x'.repeat(300))).status).toBe(401);
  expectBraked(await logIn(host.visitor(), username, PASSWORD));
  const long = `${freshUsername()}${'y'.repeat(500)}`;
  expect(await guess(host, times(11, long))).toEqual([...times(10, 401), 429]);
});
