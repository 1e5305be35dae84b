import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases, sqlite, type FreshDatabase, type TestDatabase } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { sourceArguments } from '../support/source-process.js';
import { Visitor } from '../support/visitor.js';
import { behindProxy, changeTo, expectBraked, freshAddress, logIn, times, WRONG } from './guesses.js';
import type { Neighbour } from './neighbour.js';
import { overIoredis, overPg, reachesRedis, redisUrl, sharedLeftOut, type Counters } from './stores.js';

interface Process {
  url: string;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

async function start(neighbour: Neighbour): Promise<Process> {
  const child = spawn(process.execPath, sourceArguments('test/throttle/neighbour.ts'), {
    cwd: root,
    env: { ...process.env, NEIGHBOUR: JSON.stringify(neighbour) },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exit = once(child, 'exit');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += String(chunk);
      const found = /{"listening":"(.+?)"}/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`The process has ended: ${output}`)));
  });
  return {
    url,
    async stop() {
      process.removeListener('exit', kill);
      kill();
      await exit;
    },
  };
}

const postgres = databases.find(({ name }) => name === 'PostgreSQL');
const shared: { name: string; kind: Neighbour['kind']; database: TestDatabase }[] = [
  ...(reachesRedis ? [{ name: 'Redis', kind: 'redis' as const, database: sqlite }] : []),
  ...(postgres ? [{ name: 'PostgreSQL', kind: 'postgres' as const, database: postgres }] : []),
];

it(`processes share Redis and PostgreSQL${sharedLeftOut.length > 0 ? `; left out: ${sharedLeftOut.join('; ')}` : ''}`, () => {
  expect(shared.length + sharedLeftOut.length).toBe(2);
});

describe.each(shared)('two processes on one $name', ({ kind, database }) => {
  let fresh: FreshDatabase;
  let counters: Counters;
  let home: TestApplication;
  let other: Process;

  beforeAll(async () => {
    fresh = await database.create(true);
    const url = kind === 'redis' ? redisUrl : fresh.url;
    counters = await (kind === 'redis' ? overIoredis : overPg)(url);
    home = await boot({ fresh, ...behindProxy({ store: counters.store }) });
    other = await start({ connection: fresh.connection, kind, url });
  });
  afterAll(async () => {
    await other?.stop();
    await home?.close();
    await counters?.close();
    await fresh?.drop();
  });

  /** A visitor of this process and of the other by turns. */
  function at(turn: number): Visitor {
    return new Visitor((turn % 2 === 0 ? home : other).url);
  }

  it('share the guesses at an account, one after the other', async () => {
    const { username } = await home.people.person();
    for (let turn = 0; turn < 10; turn += 1)
      expect((await logIn(at(turn), username, WRONG)).status).toBe(401);
    for (const turn of [0, 1]) expectBraked(await logIn(at(turn), username, PASSWORD));
  });

  it('judge ten of forty parallel guesses between them', async () => {
    const { username } = await home.people.person();
    const answers = await Promise.all(times(40, username).map((name, turn) => logIn(at(turn), name, WRONG)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('know the same browsers, and clear each other’s counts', async () => {
    const { username } = await home.people.person();
    const browser = at(0);
    await logIn(browser, username, PASSWORD);
    for (let turn = 0; turn < 9; turn += 1) await logIn(at(turn), username, WRONG);
    expect((await logIn(at(1), username, PASSWORD)).status).toBe(200);
    for (let turn = 0; turn < 10; turn += 1)
      expect((await logIn(at(turn), username, WRONG)).status).toBe(401);
    expectBraked(await logIn(at(1), username, PASSWORD));
    const known = at(1);
    known.cookies.put('device', browser.cookies.get('device') ?? '');
    expect((await logIn(known, username, PASSWORD)).status).toBe(200);
  });

  it('share the logins of an address and the old passwords of a user', async () => {
    const person = await home.people.person();
    const address = freshAddress();
    for (let turn = 0; turn < 30; turn += 1)
      await logIn(at(turn), `${person.username}-${turn}`, WRONG, address);
    for (const turn of [0, 1]) expectBraked(await logIn(at(turn), person.username, PASSWORD, address));

    const visitors = [at(0), at(1)];
    for (const visitor of visitors) await logIn(visitor, person.username, PASSWORD);
    for (let turn = 0; turn < 5; turn += 1)
      for (const visitor of visitors.slice(turn % 2, (turn % 2) + 1))
        expect((await changeTo(visitor, WRONG)).status).toBe(422);
    for (const visitor of visitors) expectBraked(await changeTo(visitor, PASSWORD));
  });
});
