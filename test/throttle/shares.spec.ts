import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { hosted } from '../support/hosted.js';
import { expectRefused } from '../support/expectations.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import { clients, type Answer, type Visitor } from '../support/visitor.js';
import {
  behindProxy,
  expectBraked,
  freshAddress,
  logIn,
  passTime,
  stopTime,
  success,
  times,
} from './guesses.js';

/** As a browser or a program sends it, without asking for the page first. */
async function change(
  visitor: Visitor,
  token: object,
  fields: { old_password?: string; new_password?: string } = {},
  headers = {},
): Promise<Answer> {
  const sent = {
    old_password: PASSWORD,
    new_password: 'short',
    confirm_new_password: fields.new_password ?? 'short',
    ...fields,
    ...token,
  };
  return visitor.client === 'form'
    ? visitor.twin().post('/change-password', sent, headers)
    : visitor.twin().api('POST', '/change-password', sent, headers);
}

describe.each(clients)('one signed-in user on ninety connections, by %s', (client) => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['of one address, from where others log in too', false],
    ['from ninety addresses', true],
  ])('%s: honest logins go on', async (_, isSpread) => {
    // Nothing is limited: it is the queue that shares itself out.
    const original = BcryptSha256Hasher.prototype.verify;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const greedy = await host.people.signIn(await host.people.person(), client);
    const people = await Promise.all(times(9, null).map(() => host.people.person()));
    const token = client === 'form' ? await greedy.token('/change-password') : {};
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify').mockImplementation(async function (
      this: BcryptSha256Hasher,
      ...given
    ) {
      await gate;
      return original.apply(this, given);
    });
    const address = freshAddress();
    const from = () => ({ 'x-forwarded-for': isSpread ? freshAddress() : address });
    try {
      const refused: number[] = [];
      const changes = times(90, null).map(async () => {
        const { status } = await change(greedy, token, {}, from());
        if (status === 503) refused.push(status);
        return status;
      });
      await expect.poll(() => refused.length).toBeGreaterThanOrEqual(90 - 64 - 8);
      const logins = people.map(({ username }) => logIn(host.visitor(), username, PASSWORD, address));
      // Nine places were made for the nine.
      await expect.poll(() => refused.length).toBeGreaterThanOrEqual(90 - 64 - 8 + 9);
      open();
      expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(times(9, 200));
      expect(verify.mock.calls.length).toBeLessThan(90);
      await Promise.all(changes);
    } finally {
      open();
    }
  });

  const host = hosted({ ...behindProxy(), options: { throttle: false } });
});

describe.each(clients)('passwords that are set, by %s', (client) => {
  const host = hosted(behindProxy());

  beforeEach(stopTime);
  afterEach(() => vi.useRealTimers());

  it('twenty a minute of one user, right and wrong, from whatever addresses', async () => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    const token = client === 'form' ? await visitor.token('/change-password') : {};
    const elsewhere = () => ({ 'x-forwarded-for': freshAddress() });
    for (let round = 0; round < 20; round += 1)
      expectRefused(await change(visitor, token, {}, elsewhere()), 422, 'password_too_short');
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify');
    expect(expectBraked(await change(visitor, token, { new_password: OTHER_PASSWORD }, elsewhere()))).toBe(
      60,
    );
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
    passTime(60_000);
    const answer = await change(visitor, token, { new_password: OTHER_PASSWORD }, elsewhere());
    expect(answer.status).toBe(success(client));
  });

  it('sixty a minute of one address', async () => {
    const address = freshAddress();
    const headers = { 'x-forwarded-for': address };
    for (let user = 0; user < 4; user += 1) {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const token = client === 'form' ? await visitor.token('/change-password') : {};
      for (let round = 0; round < 15; round += 1)
        expectRefused(await change(visitor, token, {}, headers), 422, 'password_too_short');
      passTime(1000);
    }
    const visitor = await host.people.signIn(await host.people.person(), client);
    const token = client === 'form' ? await visitor.token('/change-password') : {};
    expectBraked(await change(visitor, token, {}, headers));
    expectRefused(
      await change(visitor, token, {}, { 'x-forwarded-for': freshAddress() }),
      422,
      'password_too_short',
    );
    passTime(60_000);
  });

  it('what hashes nothing is not counted', async () => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    const token = client === 'form' ? await visitor.token('/change-password') : {};
    for (let round = 0; round < 25; round += 1)
      expectRefused(await change(visitor, token, { old_password: '' }), 422, 'missing_fields');
    expect((await change(visitor, token, { new_password: OTHER_PASSWORD })).status).toBe(success(client));
  });
});

describe.each(clients)('a super-user, by %s', (client) => {
  const host = hosted(behindProxy());
  let other: Person;

  beforeEach(async () => {
    stopTime();
    other = await host.people.person();
  });
  afterEach(() => vi.useRealTimers());

  const doors: [what: string, path: () => string, fields: () => object][] = [
    [
      'creates users',
      () => '/users',
      () => ({ username: freshUsername(), email: freshEmail(), password: PASSWORD }),
    ],
    ['creates users with a generated password', () => '/users', () => ({ username: freshUsername() })],
    ['sets a user’s password', () => `/users/${other.id}/password`, () => ({ new_password: 'x' })],
    ['has one generated', () => `/users/${other.id}/password/generate`, () => ({})],
  ];

  it.each(doors)('%s twenty times a minute', async (_, path, fields) => {
    const boss = await host.people.signIn(await host.people.superUser(), client);
    const token = client === 'form' ? await boss.token('/users/new') : {};
    const send = () =>
      client === 'form'
        ? boss.post(path(), { ...fields(), ...token }, { 'x-forwarded-for': freshAddress() })
        : boss.api('POST', path(), fields(), { 'x-forwarded-for': freshAddress() });
    for (let round = 0; round < 20; round += 1) {
      const { status } = await send();
      expect([200, 201, 303, 422]).toContain(status);
    }
    const hash = vi.spyOn(BcryptSha256Hasher.prototype, 'hash');
    const refused = await send();
    expectRefused(refused, 429, 'too_many_attempts');
    expect(refused.headers['retry-after']).toBe('60');
    expect(hash).not.toHaveBeenCalled();
    hash.mockRestore();
    passTime(60_000);
    expect((await send()).status).not.toBe(429);
  });
});

describe('the system', () => {
  const host = hosted(behindProxy());

  it('makes as many users as it likes', async () => {
    for (let count = 0; count < 100; count += 1) await host.people.person();
    expect(await host.rows.count('sso_user')).toBeGreaterThanOrEqual(100);
  });
});

describe('right logins of one account', () => {
  const host = hosted(behindProxy());

  beforeEach(stopTime);
  afterEach(() => vi.useRealTimers());

  it('come thirty times a minute, from whatever addresses', async () => {
    const { username } = await host.people.person();
    for (let round = 0; round < 30; round += 1)
      expect((await logIn(host.visitor(), username, PASSWORD)).status).toBe(200);
    passTime(20_000);
    expect(expectBraked(await logIn(host.visitor(), username, PASSWORD))).toBe(40);
    // That was no failure: it brings the account no nearer to a wait.
    passTime(40_000);
    expect((await logIn(host.visitor(), username, PASSWORD)).status).toBe(200);
    expect((await logIn(host.visitor(), (await host.people.person()).username, PASSWORD)).status).toBe(200);
  });
});
