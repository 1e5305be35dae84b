import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { type FreshDatabase, sqlite } from '../support/databases.js';
import { foreignHashes } from '../support/foreign-hashes.js';
import { execute, jsonOf, PATIENCE } from './program.js';

const COUNT = 1000;
const AT_ONCE = 8;

interface Mover {
  username: string;
  password: string;
  password_hash: string;
}

describe.each(foreignHashes)(`${COUNT} users with hashes of $name`, PATIENCE, ({ make, usual }) => {
  let fresh: FreshDatabase;
  let host: TestApplication;
  let movers: Mover[];
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  beforeAll(async () => {
    fresh = await sqlite.create(true);
    host = await boot({ fresh });
    movers = await Promise.all(
      Array.from({ length: COUNT }, async (_, index) => {
        const password = `${index} lanterns in the ørchard`;
        return { username: `mover-${index}`, password, password_hash: await make(password) };
      }),
    );
  }, PATIENCE.timeout);
  afterAll(async () => {
    agent.destroy();
    await host?.close();
    await fresh?.drop();
  });

  /** The number of users who get in, each with the password that is said. */
  async function entering(users: readonly Mover[], password: (mover: Mover) => string): Promise<number> {
    const waiting = [...users];
    const statuses: number[] = [];
    const enter = async (): Promise<void> => {
      for (let mover = waiting.pop(); mover; mover = waiting.pop()) {
        statuses.push(await login(mover.username, password(mover)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, enter));
    expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    return statuses.filter((status) => status === 200).length;
  }

  function login(username: string, password: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const outgoing = request(`${host.url}/login`, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      outgoing.on('error', reject).end(JSON.stringify({ username, password }));
    });
  }

  it('come over, log in with what they know, and have the hash of this package from then on', async () => {
    const stdin = movers
      .map(({ username, password_hash }) => JSON.stringify({ username, password_hash }))
      .join('\n');
    const ending = await execute(['import', '-', '--json'], { stdin, env: { DATABASE_URL: fresh.url } });
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(jsonOf(ending)).toEqual({ imported: COUNT, skipped: 0, refused: [], changed: [] });

    const some = movers.filter((_, index) => index % 20 === 0);
    expect(await entering(some, ({ password }) => `${password}!`)).toBe(0);
    expect(await entering(some, ({ password_hash: hash }) => hash)).toBe(0);
    expect(await entering(movers, ({ password }) => password)).toBe(COUNT);
    const rows = await host.rows.all('sso_user');
    const replaced = rows.filter(({ password_hash: hash }) =>
      String(hash).startsWith('$bcrypt-sha256$v=2,t=2b,r=4$'),
    );
    expect(replaced).toHaveLength(COUNT);
    expect(await entering(some, ({ password }) => password)).toBe(some.length);
    expect(await entering(some, ({ password }) => password.toUpperCase())).toBe(0);
  });

  it('come over with hashes of the cost that is usual there', async () => {
    const mover = { username: 'real', password: 'lanterns of real cost', password_hash: '' };
    mover.password_hash = await make(mover.password, usual);
    const { username, password_hash: passwordHash } = mover;
    const [outcome] = await host.service.importUsers([{ username, passwordHash }], host.people.caller);
    expect(outcome).toEqual({ status: 'imported' });
    expect(await entering([mover], () => 'lanterns of no cost')).toBe(0);
    expect(await entering([mover], ({ password }) => password)).toBe(1);
    const { password_hash: hash } = await host.rows.one('sso_user', { username });
    expect(String(hash)).toMatch(/^\$bcrypt-sha256\$/);
  });
});
