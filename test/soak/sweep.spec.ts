import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { SessionService } from '../../src/session/session.service.js';
import { SsoSession } from '../../src/session/sso-session.entity.js';
import { boot } from '../support/application.js';
import { databases, sqlite } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';

const ROWS = 5000;
const HOUR = 3_600_000;

describe.each(databases)('the sweeper on $name', (database) => {
  const host = hosted({ database });

  async function sessions(userId: string, expiresAt: number, { dataSource } = host): Promise<string[]> {
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
      remoteAddress: null,
      userAgent: null,
    }));
    for (let start = 0; start < ROWS; start += 1000)
      await dataSource.manager.insert(SsoSession, rows.slice(start, start + 1000));
    return rows.map(({ id }) => id).sort();
  }

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
  it.each(['by itself', "within the host's transaction"])('deletes %s', async (where) => {
    const fresh = await sqlite.create(true);
    const host = await boot({ fresh, dataSource: { enableWAL: true } as object });
    const ask = (statement: string): Promise<unknown> => host.dataSource.query(statement);
    try {
      const person = await host.people.person();
      await Promise.all([host.people.signIn(person), host.people.signIn(person)]);
      await host.dataSource.manager.updateAll(SsoSession, { expiresAt: new Date(0) });
      const service = host.app.get(SessionService, { strict: false });
      const isItself = where === 'by itself';
      if (!isItself) await ask('BEGIN IMMEDIATE');
      expect(await service.sweep()).toBe(2);
      if (!isItself) await ask('COMMIT');
      const [pages] = (await ask('PRAGMA wal_checkpoint(NOOP)')) as { log: number; checkpointed: number }[];
      expect(pages?.log).toBeGreaterThan(0);
      expect(pages?.checkpointed === pages?.log, 'the log is written back').toBe(isItself);
    } finally {
      await host.close();
      await fresh.drop();
    }
  });
});
