import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SessionService } from '../../src/session/session.service.js';
import { SsoSession } from '../../src/session/sso-session.entity.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';

const ROWS = 5000;
const HOUR = 3_600_000;

describe.each(databases)('the sweeper on $name', (database) => {
  const host = hosted({ database });

  async function sessions(userId: string, expiresAt: number): Promise<string[]> {
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
      await host.dataSource.manager.insert(SsoSession, rows.slice(start, start + 1000));
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
});
