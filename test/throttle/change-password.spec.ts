import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { hosted } from '../support/hosted.js';
import { expectRefused } from '../support/expectations.js';
import { OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { behindProxy, changeTo, expectBraked, passTime, stopTime, success, times, WRONG } from './guesses.js';

describe.each(clients)('wrong old passwords, by %s', (client) => {
  const host = hosted({
    ...behindProxy({ loginsPerAddress: { attempts: 1000, window: '1m' } }),
  });

  beforeEach(stopTime);
  afterEach(() => vi.useRealTimers());

  it('five are judged in five minutes; the sixth is refused, and the right one too, unhashed', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    for (let round = 0; round < 5; round += 1)
      expectRefused(await changeTo(visitor, WRONG), 422, 'incorrect_password');
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify');
    for (const password of [WRONG, PASSWORD])
      expect(expectBraked(await changeTo(visitor, password), { old_password: '', new_password: '' })).toBe(
        300,
      );
    expect(verify).not.toHaveBeenCalled();
    verify.mockRestore();
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('the way opens five minutes after the first', async () => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    await changeTo(visitor, WRONG);
    passTime(60_000);
    for (let round = 0; round < 4; round += 1) await changeTo(visitor, WRONG);
    passTime(239_999);
    expect(expectBraked(await changeTo(visitor, PASSWORD))).toBe(1);
    passTime(1);
    expect((await changeTo(visitor, PASSWORD)).status).toBe(success(client));
  });

  it('all sessions of the user share the count; other users are unaffected', async () => {
    const [person, other] = [await host.people.person(), await host.people.person()];
    for (let round = 0; round < 5; round += 1)
      await changeTo(await host.people.signIn(person, client), WRONG);
    expectBraked(await changeTo(await host.people.signIn(person, client), PASSWORD));
    const theirs = await host.people.signIn(other, client);
    expect((await changeTo(theirs, PASSWORD)).status).toBe(success(client));
  });

  it('a success clears the count', async () => {
    const person = await host.people.person();
    const first = await host.people.signIn(person, client);
    for (let round = 0; round < 4; round += 1) await changeTo(first, WRONG);
    expect((await changeTo(first, PASSWORD)).status).toBe(success(client));
    const second = await host.people.signIn({ ...person, password: OTHER_PASSWORD }, client);
    for (let round = 0; round < 5; round += 1)
      expectRefused(await changeTo(second, WRONG), 422, 'incorrect_password');
    expectBraked(await changeTo(second, OTHER_PASSWORD, THIRD_PASSWORD));
  });

  it('what is refused before the old password is looked at does not count', async () => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    for (let round = 0; round < 8; round += 1) {
      expectRefused(await visitor.changePassword(WRONG, OTHER_PASSWORD, 'x'), 422, 'passwords_do_not_match');
      expectRefused(await visitor.changePassword('', OTHER_PASSWORD), 422, 'missing_fields');
    }
    expect((await changeTo(visitor, PASSWORD)).status).toBe(success(client));
  });

  it('a right old password with a bad new one is no guess', async () => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    for (let round = 0; round < 8; round += 1)
      expectRefused(await changeTo(visitor, PASSWORD, 'short'), 422, 'password_too_short');
  });

  it('of 25 in parallel five are judged', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    const token = client === 'form' ? await visitor.token('/change-password') : {};
    const answers = await Promise.all(
      times(25, visitor).map((one) => {
        const fields = {
          old_password: WRONG,
          new_password: OTHER_PASSWORD,
          confirm_new_password: OTHER_PASSWORD,
          ...token,
        };
        return client === 'json'
          ? one.api('POST', '/change-password', fields)
          : one.twin().post('/change-password', fields);
      }),
    );
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 422)) expectBraked(answer);
  });

  it('guesses at the login do not throttle a change, nor the other way round', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    for (let round = 0; round < 10; round += 1)
      await host.visitor().login({ username: person.username, password: WRONG });
    expectBraked(await host.visitor(client).login({ username: person.username, password: PASSWORD }));
    expect((await changeTo(visitor, PASSWORD)).status).toBe(success(client));
  });
});
