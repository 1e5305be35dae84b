import { type EntitySubscriberInterface, EventSubscriber, type InsertEvent } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SsoUser, SsoUserService } from '../../src/index.js';
import { Trail } from '../audit/trail.js';
import { databases, sqliteFiles, withOptions } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

/** What a subscriber of the host does, and when. */
const reaction: {
  afterInsert?: (event: InsertEvent<SsoUser>) => Promise<void> | void;
  afterTransactionStart?: () => Promise<void> | void;
  afterTransactionCommit?: () => Promise<void> | void;
} = {};

@EventSubscriber()
class Subscriber implements EntitySubscriberInterface<SsoUser> {
  listenTo(): typeof SsoUser {
    return SsoUser;
  }
  afterInsert(event: InsertEvent<SsoUser>): Promise<void> | void {
    return reaction.afterInsert?.(event);
  }
  afterTransactionStart(): Promise<void> | void {
    return reaction.afterTransactionStart?.();
  }
  afterTransactionCommit(): Promise<void> | void {
    return reaction.afterTransactionCommit?.();
  }
}

// With one connection whoever asks for a second one waits for ever.
const places = [...databases.map((database) => withOptions(database, { poolSize: 1 })), ...sqliteFiles];

describe.each(places)('a subscriber that uses the service, on $name,', (database) => {
  const host = hosted({ database, dataSource: { subscribers: [Subscriber] } });
  const caller = SsoUserService.system('subscriber');
  const trail = new Trail(host);
  beforeEach(() => trail.begin());
  afterEach(() => {
    for (const moment of Object.keys(reaction)) Reflect.deleteProperty(reaction, moment);
  });

  /** Has something done once, when a user with that name is inserted. */
  function onInsert(username: string, react: (user: SsoUser) => Promise<unknown> | void): void {
    reaction.afterInsert = async ({ entity }) => {
      if (entity.username === username) await react(entity);
    };
  }
  const register = (username: string, client: (typeof clients)[number] = 'json') =>
    host.visitor(client).register({ username, password: PASSWORD, confirm_password: PASSWORD });
  const create = (username: string): Promise<unknown> =>
    host.service.createUser({ username, password: PASSWORD }, caller);
  const count = (username: string): Promise<number> => host.rows.count('sso_user', { username });
  const published = (): unknown[] =>
    trail.lines().map(({ event }) => [event.action, event.outcome, event.actor]);

  it.each(clients)('reads and writes in the same transaction, by %s', async (client) => {
    const [username, other] = [freshUsername(), freshUsername()];
    const person = await host.people.person();
    const { token } = await host.service.login({ username: person.username, password: PASSWORD }, {});
    const seen: unknown[] = [];
    onInsert(username, async ({ id }) => {
      const { users } = await host.service.searchUsers({ q: username }, caller);
      const me = await host.service.getCurrentUser({ token });
      seen.push(users.map((user) => user.id).includes(id), me.id);
      await create(other);
    });
    const answer = await register(username, client);
    if (client === 'json') expect(answer.status).toBe(201);
    else expectDone(answer, { to: '/login' });
    expect(seen).toEqual([true, person.id]);
    expect([await count(username), await count(other)]).toEqual([1, 1]);
    expect((await host.visitor().get('/session')).status).toBe(401);
  });

  it('takes back with the transaction what it wrote, and tells nobody', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    onInsert(username, async () => {
      await create(other);
      await expect(host.service.searchUsers({}, { token: 'A'.repeat(43) })).rejects.toThrow('sign in');
      throw new Error('The host changes its mind.');
    });
    expect((await register(username)).status).toBe(500);
    host.log.takeErrors();
    expect([await count(username), await count(other)]).toEqual([0, 0]);
    expect(published()).toEqual([]);
  });

  it('leaves in the audit what was refused, whatever becomes of the transaction', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    const person = await host.people.person();
    const { token } = await host.service.login({ username: person.username, password: PASSWORD }, {});
    await trail.begin();
    onInsert(username, () => host.service.createUser({ username: other }, { token }));
    expectRefused(await register(username), 403, 'super_user_required');
    expect(await count(username)).toBe(0);
    expect(published()).toEqual([['access', 'failure', person.id]]);
    expect(await trail.rows()).toHaveLength(1);
  });

  it('loses only what failed', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    const results: unknown[] = [];
    onInsert(username, async () => {
      const twice = await Promise.allSettled([create(other), create(other)]);
      results.push(...twice.map(({ status }) => status).sort());
    });
    expect((await register(username)).status).toBe(201);
    expect(results).toEqual(['fulfilled', 'rejected']);
    expect([await count(username), await count(other)]).toEqual([1, 1]);
    expect(published()).toEqual([
      ['user.create', 'success', 'system:subscriber'],
      ['user.register', 'success', null],
    ]);
    expect(await trail.rows()).toHaveLength(2);
  });

  it('takes nothing along when it fails and nobody waits for it', async () => {
    const username = freshUsername();
    const { id } = await host.people.person();
    await trail.begin();
    let calls: Promise<PromiseSettledResult<unknown>[]> | undefined;
    onInsert(username, () => {
      const revoke = (): Promise<void> => host.service.revokeSession(id, caller, id);
      calls = Promise.allSettled([revoke(), revoke(), revoke()]);
    });
    expect((await register(username)).status).toBe(201);
    expect((await calls)?.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await count(username)).toBe(1);
    expect(published()).toEqual([['user.register', 'success', null]]);
    expect(await trail.rows()).toHaveLength(1);
  });

  it('may go on when the transaction has ended, if nobody waits for it', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    let calls: Promise<PromiseSettledResult<unknown>[]> | undefined;
    onInsert(username, () => {
      calls = Promise.allSettled([create(other), create(other), create(other)]);
    });
    expect((await register(username)).status).toBe(201);
    const statuses = (await calls)?.map(({ status }) => status).sort();
    expect(statuses).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect([await count(username), await count(other)]).toEqual([1, 1]);
    expect(await trail.rows()).toHaveLength(2);
    expect(published()).toHaveLength(2);
  });

  it('starts afresh when the transaction has ended meanwhile', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    let isAnswered = (): void => undefined;
    const answered = new Promise<void>((resolve) => (isAnswered = resolve));
    let later: Promise<unknown> | undefined;
    onInsert(username, () => {
      later = answered.then(() => create(other));
    });
    expect((await register(username)).status).toBe(201);
    isAnswered();
    await later;
    expect(await count(other)).toBe(1);
    expect(published()).toHaveLength(2);
  });

  it('reads before and after the transaction, and writes after it', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    const totals: number[] = [];
    const total = async (): Promise<void> => {
      totals.push((await host.service.searchUsers({ q: username }, caller)).total);
    };
    reaction.afterTransactionStart = () => {
      delete reaction.afterTransactionStart;
      return total();
    };
    reaction.afterTransactionCommit = async () => {
      delete reaction.afterTransactionCommit;
      await total();
      await create(other);
    };
    expect((await register(username)).status).toBe(201);
    expect(totals).toEqual([0, 1]);
    expect(await count(other)).toBe(1);
  });

  it('is refused with a sentence where it would write before the transaction', async () => {
    const username = freshUsername();
    reaction.afterTransactionStart = async () => {
      delete reaction.afterTransactionStart;
      await create(freshUsername());
    };
    expect((await register(username)).status).toBe(500);
    expect(host.log.takeErrors().join()).toContain('cannot write before the transaction has begun');
    expect((await register(username)).status).toBe(201);
  });

  it('does not take the extension of a session back', async () => {
    const username = freshUsername();
    const person = await host.people.person();
    const { token, session } = await host.service.login(
      { username: person.username, password: PASSWORD },
      {},
    );
    await host.rows.update('sso_session', { id: session.id }, { last_seen_at: 1 });
    onInsert(username, async () => {
      await host.service.getCurrentUser({ token });
      throw new Error('The host changes its mind.');
    });
    expect((await register(username)).status).toBe(500);
    host.log.takeErrors();
    const lastSeen = async () => Number((await host.rows.sessionsOf(person.id))[0]?.last_seen_at);
    await expect.poll(lastSeen).toBeGreaterThan(1);
  });
});
