import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { DataSource } from 'typeorm';
import { describe, expect, it, vi } from 'vitest';
import { SessionService } from '../../src/session/session.service.js';
import { SsoSession } from '../../src/session/sso-session.entity.js';
import { boot } from '../support/application.js';
import { databases, sqlite } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';

const betterSqlite3 = createRequire(import.meta.url)('better-sqlite3') as new () => object;

const ROWS = 5000;
const HOUR = 3_600_000;

/** Inserts {@link ROWS} sessions of one user; answers their sorted ids. */
async function insertSessions(dataSource: DataSource, userId: string, expiresAt: number): Promise<string[]> {
  const at = new Date(expiresAt - HOUR);
  const rows = Array.from({ length: ROWS }, () => ({
    id: randomUUID(),
    tokenHash: randomBytes(32).toString('hex'),
    userId,
    passwordVersion: 1,
    createdAt: at,
    lastSeenAt: at,
    expiresAt: new Date(expiresAt),
    maxExpiresAt: new Date(expiresAt),
    authenticatedAt: at,
    amr: 'pwd',
    remembered: false,
    remoteAddress: null,
    userAgent: null,
  }));
  for (let start = 0; start < ROWS; start += 1000)
    await dataSource.manager.insert(SsoSession, rows.slice(start, start + 1000));
  return rows.map(({ id }) => id).sort();
}

describe.each(databases)('the sweeper on $name', (database) => {
  const host = hosted({ database });

  const sessions = (userId: string, expiresAt: number, { dataSource } = host): Promise<string[]> =>
    insertSessions(dataSource, userId, expiresAt);

  it('deletes 5,000 expired sessions and no live one, while logins go on', async () => {
    const { id: userId } = await host.people.person();
    const { username, id: busyId } = await host.people.person();
    await sessions(userId, Date.now() - 1);
    const live = await sessions(userId, Date.now() + HOUR);

    const service = host.app.get(SessionService, { strict: false });
    const state = { isOver: false };
    const sweeping = service.sweep().finally(() => (state.isOver = true));
    const opened: string[] = [];
    while (!state.isOver || opened.length === 0) {
      const { session } = await host.service.login({ username, password: PASSWORD }, {});
      opened.push(session.id);
    }
    expect(await sweeping).toBe(ROWS);

    const left = async (id: string): Promise<unknown[]> =>
      (await host.rows.sessionsOf(id)).map((row) => row.id).sort();
    expect(await left(userId)).toEqual(live);
    expect(await left(busyId)).toEqual(opened.sort());
    expect(await service.sweep()).toBe(0);
  });

  it('leaves the process to others between two batches', async () => {
    const { id: userId } = await host.people.person();
    await sessions(userId, Date.now() - 1);
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    await host.app.get(SessionService, { strict: false }).sweep();
    clearInterval(others);
    expect(turns).toBeGreaterThan(3);
  });

  it('stops between two batches when the application closes', async () => {
    const fresh = await database.create(true);
    const quiet = await boot({ fresh, options: { session: { sweepInterval: false } } });
    try {
      const { id: userId } = await quiet.people.person();
      await sessions(userId, Date.now() - 1, quiet);
      const count = (): Promise<number> => quiet.dataSource.manager.count(SsoSession);

      const sweeping = await boot({ fresh, options: { session: { sweepInterval: '10ms' } } });
      try {
        await vi.waitUntil(async () => (await count()) < ROWS, { interval: 1, timeout: 10_000 });
      } finally {
        await sweeping.close();
      }
      expect(await count()).toBeGreaterThan(0);
    } finally {
      await quiet.close();
      await fresh.drop();
    }
  });
});

describe("the sweeper on SQLite's write-ahead log", () => {
  /** Sweeps expired sessions, twice at once; answers what became of the log, and how many threads were started for it. */
  async function swept(first?: string, dataSource = {}): Promise<Record<string, unknown>> {
    const fresh = await sqlite.create(true);
    const options = { login: { redirectTo: '/public' } };
    const host = await boot({ fresh, options, dataSource: { enableWAL: true, ...dataSource } as object });
    const ask = (statement: string): Promise<Record<string, number>[]> => host.dataSource.query(statement);
    let threads = 0;
    const count = (): unknown => (threads += 1);
    process.on('worker', count);
    try {
      const { id: userId } = await host.people.person();
      await insertSessions(host.dataSource, userId, Date.now() - 1);
      await ask('PRAGMA wal_checkpoint(TRUNCATE)');
      if (first) await ask(first);
      const sessions = host.app.get(SessionService, { strict: false });
      const counts = await Promise.all([sessions.sweep(), sessions.sweep()]);
      expect(Math.max(...counts)).toBeGreaterThan(0);
      expect(await host.dataSource.manager.count(SsoSession)).toBe(0);
      const [pages] = await ask('PRAGMA wal_checkpoint(NOOP)');
      const [setting] = await ask('PRAGMA wal_autocheckpoint');
      return {
        length: pages?.log,
        unwritten: Number(pages?.log) - Number(pages?.checkpointed),
        usual: setting?.wal_autocheckpoint,
        threads,
        warnings: host.log.of('warn'),
      };
    } finally {
      process.off('worker', count);
      await host.close();
      await fresh.drop();
    }
  }

  it('leaves less in it than would have a login write it back', async () => {
    const { unwritten, ...others } = await swept();
    expect(unwritten).toBeLessThan(1000);
    expect(others).toEqual({ length: expect.any(Number), usual: 1000, threads: 1, warnings: [] });
  });

  it('has it start anew when it is long', async () => {
    const { length, unwritten, ...others } = await swept('PRAGMA wal_autocheckpoint = 10');
    expect(length).toBeLessThan(500);
    expect(unwritten).toBeLessThan(10);
    expect(others).toEqual({ usual: 10, threads: 1, warnings: [] });
  });

  it('leaves it alone where the host writes it back', async () => {
    const { length, ...others } = await swept('PRAGMA wal_autocheckpoint = 0');
    expect(length).toBeGreaterThan(1000);
    expect(others).toEqual({ unwritten: length, usual: 0, threads: 0, warnings: [] });
  });

  it("deletes nothing within the host's transaction", async () => {
    await expect(swept('BEGIN IMMEDIATE', { timeout: 200 })).rejects.toThrow('not possible right now');
  });

  it("leaves it alone with the host's own driver, which may bring another SQLite", async () => {
    const driver = new Proxy(betterSqlite3, {});
    expect(await swept(undefined, { driver })).toMatchObject({ usual: 1000, threads: 0, warnings: [] });
  });

  it('sweeps where there is none', async () => {
    expect(await swept(undefined, { enableWAL: false })).toMatchObject({ usual: 1000, threads: 0 });
  });

  it('sweeps, and says so, where no thread can write it back', async () => {
    const prepareDatabase = (connection: { exec(statement: string): void }): void =>
      connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    const { warnings, ...others } = await swept(undefined, { prepareDatabase });
    expect(others).toMatchObject({ usual: 1000, threads: 1 });
    expect(warnings).toEqual([expect.stringMatching(/writes its log back by itself[^]*SQLITE_BUSY/)]);
  });
});
