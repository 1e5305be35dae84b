import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SsoAuditEvent } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import {
  behindProxy,
  changeTo,
  expectBraked,
  freshAddress,
  guess,
  logIn,
  passTime,
  stopTime,
  times,
  WRONG,
} from './guesses.js';

describe.each(databases)('refusals of the throttle in the audit of $name', (database) => {
  const seen: Readonly<SsoAuditEvent>[] = [];
  const { options, configure } = behindProxy();
  const sink = { record: (event: Readonly<SsoAuditEvent>) => void seen.push(event) };
  const host = hosted({ database, configure, options: { ...options, audit: { sinks: [sink] } } });

  beforeEach(() => {
    seen.length = 0;
    stopTime();
  });
  afterEach(() => vi.useRealTimers());

  /** What was recorded, in each of its places, of attempts that were refused as too many. */
  async function recorded(target: string | null): Promise<number> {
    const rows = await host.rows.all('sso_audit_event', { code: 'too_many_attempts' });
    const ids = rows.filter((row) => row.target === target).map(({ id }) => String(id));
    const sunk = seen.filter((event) => event.code === 'too_many_attempts' && event.target === target);
    const logged = host.log.of('warn').filter((line) => ids.some((id) => line.includes(id)));
    expect(sunk).toHaveLength(ids.length);
    expect(logged).toHaveLength(ids.length);
    return ids.length;
  }

  it.each(clients)('are one for an account and a wait, by %s', async (client) => {
    const { username, id } = await host.people.person();
    await guess(host, times(10, username), client);
    for (const wait of [60_000, 120_000]) {
      seen.length = 0;
      const before = await host.rows.count('sso_audit_event', { code: 'too_many_attempts', target: id });
      for (let round = 0; round < 8; round += 1)
        expectBraked(await logIn(host.visitor(client), username, WRONG));
      expect(
        (await host.rows.count('sso_audit_event', { code: 'too_many_attempts', target: id })) - before,
      ).toBe(1);
      expect(seen.filter(({ code }) => code === 'too_many_attempts')).toHaveLength(1);
      passTime(wait);
      await guess(host, [username], client);
    }
  });

  it('are one for 25 at once', async () => {
    const { username, id } = await host.people.person();
    await Promise.all(times(25, username).map((name) => logIn(host.visitor(), name, WRONG)));
    expect(await recorded(id)).toBe(1);
  });

  it('are one for an address and a minute, whoever is named', async () => {
    const { username, id } = await host.people.person();
    const address = freshAddress();
    for (let round = 0; round < 30; round += 1) await logIn(host.visitor(), freshUsername(), WRONG, address);
    for (let round = 0; round < 8; round += 1)
      expectBraked(await logIn(host.visitor(), username, PASSWORD, address));
    for (let round = 0; round < 8; round += 1)
      expectBraked(await logIn(host.visitor(), freshUsername(), PASSWORD, address));
    expect(await recorded(id)).toBe(1);
    expect(seen.filter(({ code }) => code === 'too_many_attempts')).toHaveLength(1);
    // Another address is another key.
    const other = freshAddress();
    for (let round = 0; round < 30; round += 1) await logIn(host.visitor(), freshUsername(), WRONG, other);
    for (let round = 0; round < 3; round += 1)
      expectBraked(await logIn(host.visitor(), username, PASSWORD, other));
    expect(await recorded(id)).toBe(2);
  });

  it.each(clients)('are one for the old passwords of a user, by %s', async (client) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    for (let round = 0; round < 5; round += 1) await changeTo(visitor, WRONG);
    for (let round = 0; round < 8; round += 1) expectBraked(await changeTo(visitor, PASSWORD));
    expect(await recorded(person.id)).toBe(1);
  });
});
