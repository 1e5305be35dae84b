import { setTimeout as sleep } from 'node:timers/promises';
import { type EntityManager } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { SsoUser, SsoUserService } from '../../src/index.js';
import { Trail } from '../audit/trail.js';
import { Recorder } from '../hooks/recorder.js';
import { databases, sqliteFiles, withOptions } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';

// With one connection whoever asks for a second one waits for ever.
const places = [...databases.map((database) => withOptions(database, { poolSize: 1 })), ...sqliteFiles];
const hooks = new Recorder();
const changesItsMind = new Error('The host changes its mind.');

itRunsOnEveryServer();

describe.each(servers)(
  "a call within the host's transaction that is not handed over, on $name,",
  (server) => {
    const host = hosted({ database: withOptions(server, { poolSize: 1 }) });

    it('is refused in time, and nothing is written or left behind', async () => {
      const username = freshUsername();
      const person = await host.people.person();
      await host.dataSource.transaction(async (manager) => {
        await manager.count(SsoUser);
        const unavailable = { code: 'service_unavailable' };
        await Promise.all([
          expect(host.service.createUser({ username }, host.people.caller)).rejects.toMatchObject(
            unavailable,
          ),
          expect(host.service.lockUser(person.id, host.people.caller)).rejects.toMatchObject(unavailable),
          expect(host.service.revokeAllSessions(person.id, host.people.caller)).rejects.toMatchObject(
            unavailable,
          ),
        ]);
      });
      host.log.takeErrors();
      expect(await host.rows.count('sso_user', { username })).toBe(0);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    }, 60_000);
  },
);

describe.each(places)("the service within the host's transaction, on $name,", (database) => {
  const host = hosted({ database, options: { login: { hooks } } });
  const caller = SsoUserService.system('host');
  const trail = new Trail(host);
  beforeEach(async () => {
    hooks.reset();
    await trail.begin();
  });

  const within = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    host.dataSource.transaction((manager) => host.service.within(manager, () => work(manager)));
  const create = (username: string) =>
    host.service.createUser({ username, password: PASSWORD, autoApprove: true }, caller);
  const count = (username: string) => host.rows.count('sso_user', { username });
  const published = (): unknown[] => trail.lines().map(({ event }) => [event.action, event.outcome]);

  it('is committed with it, and told of after the commit', async () => {
    const person = await host.people.person();
    const username = freshUsername();
    await trail.begin();
    let token = '';
    const told: unknown[] = [];
    await within(async (manager) => {
      await manager.update(SsoUser, { id: person.id }, { displayName: 'by the host' });
      await host.service.signUp({ username, password: PASSWORD }, {});
      await host.service.changePassword(
        { userId: person.id, newPassword: OTHER_PASSWORD, mustChange: false },
        caller,
      );
      ({ token } = await host.service.login({ username: person.username, password: OTHER_PASSWORD }, {}));
      // All of it is there already, for the transaction.
      expect((await host.service.getCurrentUser({ token })).displayName).toBe('by the host');
      told.push(...published(), ...hooks.of('registered'), ...hooks.of('passwordChanged'));
    });
    expect(told).toEqual([]);
    await expect.poll(() => trail.lines().length).toBe(3);
    expect(published()).toEqual([
      ['user.register', 'success'],
      ['password.change', 'success'],
      ['login', 'success'],
    ]);
    expect(await trail.rows()).toHaveLength(3);
    expect([hooks.of('registered').length, hooks.of('passwordChanged').length]).toEqual([1, 1]);
    expect((await host.service.getCurrentUser({ token })).id).toBe(person.id);
    expect(await count(username)).toBe(1);
  });

  it('is rolled back with it, and nobody is told', async () => {
    const person = await host.people.person();
    const username = freshUsername();
    await trail.begin();
    let token = '';
    const work = within(async () => {
      await host.service.signUp({ username, password: PASSWORD }, {});
      await host.service.changePassword(
        { userId: person.id, newPassword: OTHER_PASSWORD, mustChange: false },
        caller,
      );
      ({ token } = await host.service.login({ username: person.username, password: OTHER_PASSWORD }, {}));
      throw changesItsMind;
    });
    await expect(work).rejects.toBe(changesItsMind);
    await sleep(20);
    expect([published(), await trail.rows()]).toEqual([[], []]);
    expect([...hooks.of('registered'), ...hooks.of('passwordChanged')]).toEqual([]);
    expect(await count(username)).toBe(0);
    await expect(host.service.getCurrentUser({ token })).rejects.toMatchObject({ code: 'not_authenticated' });
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('is told of by what its savepoints came to', async () => {
    const [kept, lost, released] = [freshUsername(), freshUsername(), freshUsername()];
    await host.dataSource.transaction(async (outer) => {
      await host.service.within(outer, () => create(kept));
      const inner = outer.transaction(async (manager) => {
        await host.service.within(manager, () => create(lost));
        throw changesItsMind;
      });
      await expect(inner).rejects.toBe(changesItsMind);
      await outer.transaction((manager) => host.service.within(manager, () => create(released)));
    });
    await expect.poll(() => trail.lines().length).toBe(2);
    await sleep(20);
    expect([await count(kept), await count(lost), await count(released)]).toEqual([1, 0, 1]);
    expect(trail.lines().map(({ event }) => event)).toEqual(await trail.rows());
  });

  it('is told of only if the outermost is committed', async () => {
    const username = freshUsername();
    const work = host.dataSource.transaction(async (outer) => {
      await outer.transaction((manager) => host.service.within(manager, () => create(username)));
      throw changesItsMind;
    });
    await expect(work).rejects.toBe(changesItsMind);
    await host.dataSource.transaction(async (manager) => manager.count(SsoUser));
    await sleep(20);
    expect([published(), await count(username)]).toEqual([[], 0]);
  });

  it('has what it refuses recorded, though the host takes its transaction back', async () => {
    const person = await host.people.person();
    const { token } = await host.service.login({ username: person.username, password: PASSWORD }, {});
    await trail.begin();
    const work = within(() => host.service.lockUser(person.id, { token }));
    await expect(work).rejects.toMatchObject({ code: 'super_user_required' });
    await expect.poll(() => trail.lines().length).toBe(1);
    expect(published()).toEqual([['access', 'failure']]);
    expect(await trail.rows()).toHaveLength(1);
  });

  it('loses only the call that fails', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    await within(async () => {
      const results = await Promise.allSettled([create(username), create(username), create(other)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    });
    expect([await count(username), await count(other)]).toEqual([1, 1]);
  });

  it("does not take the host's statements back with a call that fails at the same time", async () => {
    const person = await host.people.person();
    const username = freshUsername();
    let updates = 0;
    await within(async (manager) => {
      const state = { isOver: false };
      const calls = Promise.allSettled([1, 2, 3, 4, 5].map(() => create(username)));
      void calls.then(() => (state.isOver = true));
      while (!state.isOver) {
        await manager.query(
          `UPDATE sso_user SET last_login = COALESCE(last_login, 0) + 1 WHERE id = '${person.id}'`,
        );
        updates += 1;
        if (updates % 10 === 0) await sleep(1);
      }
    });
    expect((await host.rows.user(person.id)).last_login).toBe(updates);
    expect(await count(username)).toBe(1);
  });

  it('is over with it: what is called later has a transaction of its own', async () => {
    const [username, other] = [freshUsername(), freshUsername()];
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let later: Promise<unknown> | undefined;
    const work = within(async () => {
      later = ended.then(() => create(other));
      await create(username);
      throw changesItsMind;
    });
    await expect(work).rejects.toBe(changesItsMind);
    end();
    await later;
    expect([await count(username), await count(other)]).toEqual([0, 1]);
  });

  it('cannot be committed by mistake where a statement of the host has failed', async () => {
    const username = freshUsername();
    const work = within(async (manager) => {
      await create(username);
      await manager.query('SELECT * FROM no_such_table').catch(() => undefined);
    });
    // On PostgreSQL such a transaction is lost, and its COMMIT would not say so.
    const committed = await work.then(
      () => 1,
      () => 0,
    );
    expect(await count(username)).toBe(committed);
    await expect.poll(() => trail.lines().length).toBe(committed);
  });

  it('needs a transaction that is open', async () => {
    let ended: EntityManager | undefined;
    await host.dataSource.transaction(async (manager) => void (ended = manager));
    for (const manager of [host.dataSource.manager, ended ?? host.dataSource.manager]) {
      const work = host.service.within(manager, () => create(freshUsername()));
      await expect(work).rejects.toThrow('needs the EntityManager of a transaction that is open');
    }
  });
});
