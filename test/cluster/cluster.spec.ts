import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone } from '../support/expectations.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, Visitor } from '../support/visitor.js';
import { expectBraked, WRONG } from '../throttle/guesses.js';
import { reachesRedis, sharedLeftOut as missing } from '../throttle/stores.js';
import { Client } from './client.js';
import { Cluster } from './cluster.js';
import { endings, logInAdmin, Victim, type Ending } from './endings.js';
import { expectWhole, Life } from './life.js';

/** The load balancer's is everybody's address. */
const everybody = { attempts: 1_000_000, window: '1m' };
const throttle = {
  loginsPerAddress: everybody,
  loginsPerAccount: everybody,
  registrationsPerAddress: everybody,
  changesPerUser: everybody,
  changesPerAddress: everybody,
};

const stands = databases.filter(({ name }) => name === 'PostgreSQL' && reachesRedis);

it(`a cluster stands on PostgreSQL and Redis${missing.length > 0 ? `; left out: ${missing.join('; ')}` : ''}`, () => {
  expect(stands).toHaveLength(missing.length > 0 ? 0 : 1);
});

describe.each(stands)('four processes behind a load balancer', (database) => {
  let cluster: Cluster;
  let balanced: Client;

  beforeAll(async () => {
    cluster = await Cluster.start({ size: 4, database, throttle });
    balanced = new Client([cluster.url]);
  });
  afterAll(() => cluster?.close());

  /** The same browser before each single process. */
  function everywhere(visitor: Visitor): Visitor[] {
    return cluster.urls.map((url) => {
      const twin = new Visitor(url, visitor.client);
      for (const [name, value] of visitor.cookies.entries()) twin.cookies.put(name, value);
      return twin;
    });
  }

  async function registered(): Promise<string> {
    const username = freshUsername();
    const passwords = { password: PASSWORD, confirm_password: PASSWORD };
    await new Visitor(cluster.url).register({ username, ...passwords });
    return username;
  }

  it.each(clients)('are one site, from registration to logout, by %s', async (client) => {
    const username = freshUsername();
    const visitor = new Visitor(cluster.url, client);
    const turns = await cluster.turnsOf(async () => {
      const passwords = { password: PASSWORD, confirm_password: PASSWORD };
      expectDone(await visitor.register({ username, ...passwords }), { to: '/login', status: 201 });
      expectDone(await visitor.login({ username, password: PASSWORD, next: '/private' }), { to: '/private' });
      expect((await visitor.get('/private')).json).toEqual({ username });
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
      expectDone(await visitor.login({ username, password: OTHER_PASSWORD }), { to: '/' });
      expectDone(await visitor.logout(), { to: '/login' });
      expect(await visitor.isSignedIn()).toBe(false);
    });
    // No process has answered twice in succession: whoever judged a form had not made it.
    expect(turns.filter((turn, step) => turn === turns[step - 1])).toEqual([]);
    expect(new Set(turns).size).toBe(4);
  });

  it('a session that one has opened is alive on all', async () => {
    const username = await registered();
    for (const url of cluster.urls) {
      const visitor = new Visitor(url);
      expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
      for (const twin of everywhere(visitor)) expect((await twin.get('/private')).json).toEqual({ username });
    }
  });

  it.each(endings.map((ending): [string, Ending] => [ending.name, ending]))(
    'a session is dead on all when one of them has ended it by %s',
    async (_, { prepare, undo }) => {
      const byTurns = new Client(cluster.urls);
      const victim = await Victim.of(byTurns, await logInAdmin(byTurns));
      for (const url of cluster.urls) {
        const token = await victim.logIn();
        const uses = () => Promise.all(cluster.urls.map((one) => new Client([one]).get('/private', token)));
        expect((await uses()).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        const end = await prepare(victim, token);
        expect((await end()).status).toBe(200);
        expect(
          (await uses()).map(({ status }) => status),
          url,
        ).toEqual([401, 401, 401, 401]);
        await undo?.(victim);
      }
    },
  );

  it('a form that one has made is accepted by each', async () => {
    const username = await registered();
    for (const maker of cluster.urls) {
      const browser = new Visitor(maker, 'form');
      const token = await browser.token('/login');
      for (const judge of everywhere(browser))
        expectDone(await judge.post('/login', { username, password: PASSWORD, ...token }), { to: '/' });
    }
  });

  it('guesses are counted together: ten are judged, and the eleventh is refused by each', async () => {
    const username = await registered();
    const at = (turn: number) => new Visitor(cluster.urls[turn % 4] ?? '');
    for (let turn = 0; turn < 10; turn += 1)
      expect((await at(turn).login({ username, password: WRONG })).status).toBe(401);
    for (let turn = 0; turn < 4; turn += 1)
      expectBraked(await at(turn).login({ username, password: PASSWORD }));
  });

  it('three that are killed in the midst of it take no session and no new password with them', async () => {
    const lives = await Promise.all(Array.from({ length: 16 }, () => Life.begin(balanced)));
    let isOver = false;
    const flood = Promise.all(lives.map((life) => life.live(() => isOver)));
    for (const number of [0, 1, 2]) {
      await passwordsChanged(lives, 16);
      await cluster.kill(number);
    }
    await passwordsChanged(lives, 16);
    isOver = true;
    await flood;
    await cluster.settled();

    expect(lives.flatMap(({ faults }) => faults)).toEqual([]);
    // Or nobody was cut off in the midst of a change.
    expect(lives.filter(({ isUnsure }) => isUnsure)).not.toEqual([]);
    for (const life of lives) await expectWhole(life, cluster.rows);
    await cluster.revive(0);
    for (const life of lives) await expectWhole(life, cluster.rows);
  }, 120_000);
});

/** Settles when so many more passwords have been changed. */
async function passwordsChanged(lives: Life[], more: number): Promise<void> {
  const count = () => lives.reduce((sum, { changes }) => sum + changes, 0);
  const wanted = count() + more;
  while (count() < wanted) await sleep(5);
}
