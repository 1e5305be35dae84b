import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { PASSWORD } from '../support/people.js';
import {
  behindProxy,
  changeTo,
  counterOf,
  expectBraked,
  freshAddress,
  guess,
  logIn,
  times,
  warnings,
  WRONG,
} from './guesses.js';
import { leftOut, stores, type Counters } from './stores.js';

it(`counters are kept in ${stores.map(({ name }) => name).join(', ')}${leftOut.length > 0 ? `; left out: ${leftOut.join('; ')}` : ''}`, () => {
  expect(stores.map(({ name }) => name)).toContain('SQLite');
});

describe.each(stores)('counters in $name', (testStore) => {
  let counters: Counters & { drop(): Promise<void> };
  let host: TestApplication;

  beforeAll(async () => {
    counters = await testStore.open();
    host = await boot(behindProxy({ store: counters.store }));
  });
  afterAll(async () => {
    await host?.close();
    await counters?.drop();
  });

  it('the eleventh guess is refused, the account opens again, and the waits double up to fifteen minutes', async () => {
    const { username } = await host.people.person();
    expect(await guess(host, times(10, username))).toEqual(times(10, 401));
    for (const minutes of [1, 2, 4, 8, 15, 15]) {
      const seconds = expectBraked(await logIn(host.visitor(), username, PASSWORD));
      expect(seconds).toBeLessThanOrEqual(minutes * 60);
      expect(seconds).toBeGreaterThan(minutes * 60 - 10);
      await counters.end(counterOf('gate', username));
      expect(await guess(host, [username])).toEqual([401]);
    }
  });

  it('a success after the wait clears everything', async () => {
    const { username } = await host.people.person();
    await guess(host, times(10, username));
    await counters.end(counterOf('gate', username));
    expect((await logIn(host.visitor(), username, PASSWORD)).status).toBe(200);
    expect(await guess(host, times(10, username))).toEqual(times(10, 401));
    expect(expectBraked(await logIn(host.visitor(), username, WRONG))).toBeLessThanOrEqual(60);
  });

  it('of 25 parallel guesses ten are judged, and after the wait one', async () => {
    const { username } = await host.people.person();
    for (const judged of [10, 1]) {
      const answers = await Promise.all(
        times(25, username).map((name) => logIn(host.visitor(), name, WRONG)),
      );
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(judged);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(25 - judged);
      await counters.end(counterOf('gate', username));
    }
  });

  it('a known browser is counted apart', async () => {
    const { username } = await host.people.person();
    const browser = host.visitor('form');
    await logIn(browser, username, PASSWORD);
    await guess(host, times(11, username));
    for (let round = 0; round < 10; round += 1)
      expect((await logIn(browser, username, WRONG)).status).toBe(401);
    expectBraked(await logIn(browser, username, PASSWORD));
  });

  it('thirty logins come from one address', async () => {
    const address = freshAddress();
    const { username } = await host.people.person();
    const answers = await Promise.all(
      times(35, username).map((name) => logIn(host.visitor(), `${name}-${Math.random()}`, WRONG, address)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
    await counters.end(`sso_login_address:${address}`);
    expect((await logIn(host.visitor(), username, PASSWORD, address)).status).toBe(200);
  });

  it('five wrong old passwords of a user; a success clears them', async () => {
    const person = await host.people.person();
    const visitor = host.visitor();
    await logIn(visitor, person.username, PASSWORD);
    for (let round = 0; round < 5; round += 1) expect((await changeTo(visitor, WRONG)).status).toBe(422);
    expect(expectBraked(await changeTo(visitor, PASSWORD))).toBeGreaterThan(290);
    await counters.end(`sso_old_password:${person.id}`);
    expect((await changeTo(visitor, PASSWORD)).status).toBe(200);
  });

  it('the host has logged neither an error nor a warning', () => {
    expect([...host.log.takeErrors(), ...warnings(host)]).toEqual([]);
  });
});
