import Sqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { ThrottleStore } from '../../src/index.js';
import { databases, leftOut as leftOutDatabases, type FreshDatabase } from '../support/databases.js';

/** A host's client, as the option `throttle.store` takes it. */
export interface Counters {
  store: ThrottleStore;
  /** Lets the window of a counter end: `sso_gate:…` for instance. */
  end(key: string): Promise<void>;
  /** Takes the client away under the running application. */
  close(): Promise<void>;
}

export interface TestStore {
  name: string;
  open(): Promise<Counters & { drop(): Promise<void> }>;
}

export const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

export async function overIoredis(url: string): Promise<Counters> {
  const client = new Redis(url, { enableOfflineQueue: false, lazyConnect: true, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.connect();
  return {
    store: { type: 'redis', client },
    end: async (key) => void (await client.del(key)),
    close: async () => client.disconnect(),
  };
}

export async function overRedis(url: string): Promise<Counters> {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', () => undefined);
  await client.connect();
  return {
    store: { type: 'redis', client },
    end: async (key) => void (await client.del(key)),
    close: async () => {
      if (client.isOpen) client.destroy();
    },
  };
}

export async function overPg(url: string): Promise<Counters> {
  const client = new Pool({ connectionString: url, max: 5, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  return {
    store: { type: 'postgres', client },
    end: async (key) =>
      void (await client.query('UPDATE sso_throttle SET expire = $1 WHERE key = $2', [Date.now(), key])),
    close: once(() => client.end()),
  };
}

async function overMysql2(url: string): Promise<Counters> {
  const client = createPool(url);
  return {
    store: { type: 'mysql', client, database: new URL(url).pathname.slice(1) },
    end: async (key) =>
      void (await client
        .promise()
        .query('UPDATE sso_throttle SET expire = ? WHERE `key` = ?', [Date.now(), key])),
    close: once(() => client.promise().end()),
  };
}

async function overBetterSqlite3(): Promise<Counters> {
  const client = new Sqlite(':memory:');
  return {
    store: { type: 'sqlite', client },
    end: async (key) =>
      void client.prepare('UPDATE sso_throttle SET expire = ? WHERE key = ?').run(Date.now(), key),
    close: async () => client.close(),
  };
}

const redisFault = await faultOfRedis();

/** One sentence for each store that this run cannot reach. */
export const leftOut: string[] = [...leftOutDatabases];
if (redisFault) leftOut.push(`Redis (not reachable at ${new URL(redisUrl).host}: ${redisFault})`);

/** Of these the ones that several processes share. */
export const sharedLeftOut: string[] = leftOut.filter((one) => /^(PostgreSQL|Redis) /.test(one));

if (process.env.CI && leftOut.length > 0) {
  throw new Error(`Every store has to be there when CI is set. Left out: ${leftOut.join('; ')}`);
}

/** The stores besides memory that this run can reach; SQLite always. */
export const stores: TestStore[] = [
  ...(redisFault
    ? []
    : [onRedis('Redis through ioredis', overIoredis), onRedis('Redis through redis', overRedis)]),
  ...inDatabase('PostgreSQL', overPg),
  ...inDatabase('MariaDB', overMysql2),
  ...inDatabase('SQLite', overBetterSqlite3),
];

export const reachesRedis = redisFault === undefined;

function onRedis(name: string, open: (url: string) => Promise<Counters>): TestStore {
  return {
    name,
    async open() {
      const counters = await open(redisUrl);
      return { ...counters, drop: counters.close };
    },
  };
}

function inDatabase(name: string, open: (url: string) => Promise<Counters>): TestStore[] {
  const database = databases.find((one) => one.name === name);
  if (!database) return [];
  return [
    {
      name,
      async open() {
        const fresh: FreshDatabase = await database.create();
        const counters = await open(fresh.url);
        return {
          ...counters,
          async drop() {
            await counters.close();
            await fresh.drop();
          },
        };
      },
    },
  ];
}

function once(work: () => Promise<unknown>): () => Promise<void> {
  let done: Promise<unknown> | undefined;
  return async () => {
    done ??= work();
    await done;
  };
}

async function faultOfRedis(): Promise<string | undefined> {
  const client = new Redis(redisUrl, { lazyConnect: true, connectTimeout: 3000, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    client.disconnect();
  }
}
