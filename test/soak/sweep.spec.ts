import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { DataSource } from 'typeorm';
import { describe, expect, it, vi } from 'vitest';
import { Database } from '../../src/database/database.js';
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
    const store = host.app.get(Database, { strict: false });
    const write = store.write.bind(store);
    /** For each batch, how often others have had the process until then. */
    const turnsByBatch: number[] = [];
    const batches = vi.spyOn(store, 'write').mockImplementation((work) => {
      turnsByBatch.push(turns);
      return write(work);
    });
    try {
      await host.app.get(SessionService, { strict: false }).sweep();
    } finally {
      clearInterval(others);
      batches.mockRestore();
    }
    expect(turnsByBatch.length).toBeGreaterThan(3);
    expect(turnsByBatch).toEqual([...new Set(turnsByBatch)]);
  });

  it('stops between two batches when the application closes', async () => {
    const fresh = await database.create(true);
    const quiet = await boot({ fresh, options: { session: { sweepInterval: false } } });
    try {
      const { id: userId } = await quiet.people.person();
      await sessions(userId, Date.now() - 1, quiet);
      const count = (): Promise<number> => quiet.dataSource.manager.count(SsoSession);

      const { write } = Database.prototype;
      const { sweep } = SessionService.prototype;
      const state: { batches: number; signal?: AbortSignal | undefined; closing?: Promise<void> } = {
        batches: 0,
      };
      vi.spyOn(SessionService.prototype, 'sweep').mockImplementation(function (this: SessionService, signal) {
        state.signal = signal;
        return sweep.call(this, signal);
      });
      vi.spyOn(Database.prototype, 'write').mockImplementation(async function (this: Database, work) {
        state.batches += 1;
        const deleted = await write.call(this, work);
        const { close } = await sweeping;
        state.closing ??= close();
        // The batch lasts until the application is closing.
        if (state.signal && !state.signal.aborted) await once(state.signal, 'abort');
        return deleted;
      });
      const sweeping = boot({ fresh, options: { session: { sweepInterval: '10ms' } } });
      try {
        await expect.poll(() => state.closing !== undefined).toBe(true);
        await state.closing;
      } finally {
        vi.restoreAllMocks();
      }
      expect(state.batches).toBe(1);
      expect(await count()).toBeGreaterThan(0);
    } finally {
      await quiet.close();
      await fresh.drop();
    }
  });
});

describe('the sweeper on a SQLite file', () => {
  /** Sweeps expired sessions, twice at once; answers how often SQLite then writes its log back by itself, and what was said. */
  async function swept(dataSource: object, first?: string): Promise<object> {
    const fresh = await sqlite.create(true);
    const options = { login: { redirectTo: '/public' } };
    const host = await boot({ fresh, options, dataSource });
    const ask = (statement: string): Promise<Record<string, number>[]> => host.dataSource.query(statement);
    try {
      const { id: userId } = await host.people.person();
      await insertSessions(host.dataSource, userId, Date.now() - 1);
      if (first) await ask(first);
      const sessions = host.app.get(SessionService, { strict: false });
      const counts = await Promise.all([sessions.sweep(), sessions.sweep()]);
      expect(Math.max(...counts)).toBeGreaterThan(0);
      expect(await host.dataSource.manager.count(SsoSession)).toBe(0);
      const [setting] = await ask('PRAGMA wal_autocheckpoint');
      return { pages: setting?.wal_autocheckpoint, warnings: host.log.of('warn') };
    } finally {
      await host.close();
      await fresh.drop();
    }
  }

  const prepareDatabase = (connection: { exec(statement: string): void }): void =>
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');

  it.each([
    ['with a write-ahead log', { enableWAL: true }],
    ['without one', { enableWAL: false }],
    ["with the host's own driver", { enableWAL: true, driver: new Proxy(betterSqlite3, {}) }],
    ['that nobody else may open', { enableWAL: true, prepareDatabase }],
  ])(
    '%s deletes what has expired, and leaves the settings of the connection alone',
    async (_, dataSource) => {
      expect(await swept(dataSource)).toEqual({ pages: 1000, warnings: [] });
    },
  );

  it("deletes nothing within the host's transaction", async () => {
    await expect(swept({ enableWAL: true, timeout: 200 }, 'BEGIN IMMEDIATE')).rejects.toThrow(
      'temporarily unavailable',
    );
  });
});
