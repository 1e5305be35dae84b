import { Agent, request, type IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PasswordHasher } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD, type Person } from '../support/people.js';
import { heapUsed, MEGABYTE } from './memory.js';

const PEOPLE = 20;

/** Costs nothing: what a hash costs is neither rows nor memory, and thousands of them are most of the time. */
const cheap: PasswordHasher = {
  id: 'cheap',
  matches: (stored) => stored.startsWith('$cheap$'),
  hash: async (password) => `$cheap$${password}`,
  verify: async (password, stored) => stored === `$cheap$${password}`,
  needsRehash: () => false,
};

describe('over thousands of logins and logouts,', () => {
  // Throttling is on, so that what they remember is part of the bill; the rows that stay are the audit's.
  const host = hosted({
    // A busy machine may let a connection rest for longer than Node would keep it.
    configure: (app) => void (app.getHttpServer().keepAliveTimeout = 0),
    options: {
      password: { hashers: [cheap] },
      throttle: {
        loginsPerAddress: { attempts: 1_000_000, window: '1m' },
        loginsPerAccount: { attempts: 1_000_000, window: '1m' },
      },
    },
  });
  let people: Person[];

  beforeAll(async () => {
    people = await Promise.all(Array.from({ length: PEOPLE }, () => host.people.person()));
  });

  /** Has every person do `rounds` turns, all persons at once. */
  async function soak(rounds: number, turn: (person: Person) => Promise<void>): Promise<void> {
    const all = async (person: Person): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) await turn(person);
    };
    await Promise.all(people.map(all));
    // The test's own log remembers every line.
    host.log.lines.length = 0;
  }

  async function expectBounded(name: string, total: number, turn: (person: Person) => Promise<void>) {
    const warmUp = total / 10;
    await soak(warmUp / PEOPLE, turn);
    const [heap, rss] = [await heapUsed(), process.memoryUsage().rss];
    await soak((total - warmUp) / PEOPLE, turn);
    const grown = ((await heapUsed()) - heap) / MEGABYTE;
    const grownRss = (process.memoryUsage().rss - rss) / MEGABYTE;
    console.log(
      `${name}: heap ${grown.toFixed(1)} MB, resident ${grownRss.toFixed(1)} MB more after ${total}`,
    );
    expect(grown).toBeLessThan(4);
    expect(grownRss).toBeLessThan(150);
    expect(await host.rows.count('sso_session')).toBe(0);
  }

  it('5,000 through the service leave no session and no memory behind', async () => {
    const { password_hash: hash } = await host.rows.user(people[0]?.id ?? '');
    for (const { id } of people)
      await host.rows.update('sso_user', { id }, { password_hash: await cheap.hash(PASSWORD) });
    const before = await host.rows.count('sso_audit_event');
    await expectBounded('service', 5000, async ({ username }) => {
      const { token } = await host.service.login(
        { username, password: PASSWORD },
        { remoteAddress: '192.0.2.1' },
      );
      await host.service.logout({ token });
    });
    expect((await host.rows.count('sso_audit_event')) - before).toBe(10_000);
    for (const { id } of people) await host.rows.update('sso_user', { id }, { password_hash: hash });
  });

  it('1,000 through HTTP leave no session and no memory behind', async () => {
    // One connection a person, as a browser keeps it: the sockets are not what is measured.
    const agent = new Agent({ keepAlive: true, maxSockets: PEOPLE });
    const post = (path: string, fields: object, cookie = ''): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', cookie };
        const outgoing = request(`${host.url}${path}`, { method: 'POST', headers, agent }, (answer) => {
          answer.resume().on('end', () => resolve(answer));
        });
        outgoing.on('error', reject).end(JSON.stringify(fields));
      });
    await expectBounded('HTTP', 1000, async ({ username }) => {
      const { statusCode, headers } = await post('/login', { username, password: PASSWORD });
      expect(statusCode).toBe(200);
      const cookie = headers['set-cookie']?.map((line) => line.split(';', 1)[0]).join('; ');
      expect((await post('/logout', {}, cookie)).statusCode).toBe(200);
    });
    agent.destroy();
  });
});
