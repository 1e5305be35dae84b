import { Injectable } from '@nestjs/common';
import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionsEnded } from '../../src/index.js';
import { SessionSweeper } from '../../src/session/session.sweeper.js';
import { without } from '../hooks/recorder.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';

const heard: SessionsEnded[] = [];
let react: (event: SessionsEnded) => void = () => undefined;

@Injectable()
class Listener {
  @OnEvent('sso.sessions.ended')
  ended(event: SessionsEnded): void {
    heard.push(event);
    react(event);
  }
}

beforeEach(() => {
  react = () => undefined;
});

describe.each(databases)('the event of sessions that end, on $name,', (database) => {
  const host = hosted({
    database,
    imports: [EventEmitterModule.forRoot()],
    providers: [Listener],
    options: { session: { maxPerUser: 4 }, register: { userDefaults: { approvalStatus: 'approved' } } },
  });
  const system = () => host.people.caller;

  /** Somebody with three sessions: their visitors and the ids, by age. */
  async function scene() {
    await host.people.superUser();
    const person = await host.people.person();
    const visitors: Visitor[] = [];
    for (let one = 0; one < 3; one += 1) visitors.push(await host.people.signIn(person));
    const rows = await host.rows.sessionsOf(person.id);
    const ids = rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1)).map(({ id }) => String(id));
    heard.length = 0;
    const [first, second, third] = visitors;
    if (!first || !second || !third) throw new Error('Nobody is signed in.');
    return { person, first, second, third, ids };
  }

  type Scene = Awaited<ReturnType<typeof scene>>;
  const all = ({ person }: Scene): SessionsEnded => ({ userId: person.id, sessionIds: null });
  const one = ({ person, ids }: Scene, index: number): SessionsEnded => ({
    userId: person.id,
    sessionIds: [ids[index] ?? ''],
  });
  const butFirst = (given: Scene): SessionsEnded => ({ ...all(given), exceptSessionId: given.ids[0] ?? '' });

  const ends: [
    name: string,
    end: (given: Scene) => Promise<unknown>,
    told: (given: Scene) => SessionsEnded,
  ][] = [
    ['a logout', ({ first }) => first.logout(), (given) => one(given, 0)],
    [
      'the end of one',
      ({ first, ids }) => first.api('DELETE', `/sessions/${ids[1]?.toUpperCase()}`),
      (given) => one(given, 1),
    ],
    ['the end of the others', ({ first }) => first.api('POST', '/sessions/revoke-others', {}), butFirst],
    ['the end of all', ({ person }) => host.service.revokeAllSessions(person.id, system()), all],
    ['a change of password', ({ first }) => first.changePassword(PASSWORD, OTHER_PASSWORD), all],
    [
      'a password set by somebody else',
      ({ person: { id: userId } }) =>
        host.service.changePassword({ userId, newPassword: OTHER_PASSWORD }, system()),
      all,
    ],
    ['a reset', ({ person }) => host.service.resetPassword(person.id, system()), all],
    ['a lock', ({ person }) => host.service.lockUser(person.id, system()), all],
    ['a rejection', ({ person }) => host.service.rejectUser(person.id, system()), all],
    [
      'a switching off',
      ({ person }) => host.service.updateUserById(person.id, { isActive: false }, system()),
      all,
    ],
    ['a deletion', ({ person }) => host.service.deleteUserById(person.id, system()), all],
    [
      'a login that leaves a session behind',
      ({ first, person }) => first.login({ username: person.username, password: PASSWORD }),
      (given) => one(given, 0),
    ],
    [
      'a login with a new password',
      ({ person: { username } }) =>
        host.visitor().login({ username, password: PASSWORD, new_password: OTHER_PASSWORD }),
      all,
    ],
  ];

  it.each(ends)('tells once of %s, after it is committed', async (_, end, told) => {
    const given = await scene();
    await end(given);
    expect(heard).toEqual([told(given)]);
  });

  it('tells of the oldest, which a login ends beyond the most there may be', async () => {
    const given = await scene();
    await host.people.signIn(given.person);
    expect(heard).toEqual([]);
    await host.people.signIn(given.person);
    expect(heard).toEqual([one(given, 0)]);
  });

  it('tells of those that have expired, when they are swept', async () => {
    const given = await scene();
    const other = await scene();
    await host.rows.update('sso_session', { id: given.ids[0] }, { expires_at: 1 });
    await host.rows.update('sso_session', { user_id: other.person.id }, { expires_at: 2 });
    await host.app.get(SessionSweeper, { strict: false }).sweep();
    expect(heard).toHaveLength(2);
    expect(heard).toContainEqual(one(given, 0));
    const swept = heard.find(({ userId }) => userId === other.person.id);
    expect(swept?.sessionIds?.toSorted()).toEqual(other.ids.toSorted());
  });

  it('tells nothing where none has ended', async () => {
    const given = await scene();
    const { person, first } = given;
    await host.service.updateUserById(person.id, { isSuperUser: true, mustChange: false }, system());
    await host.service.updateUserById(person.id, { isSuperUser: false, firstName: 'Zed' }, system());
    expectRefused(await first.changePassword('not this one', OTHER_PASSWORD), 422, 'incorrect_password');
    await host.app.get(SessionSweeper, { strict: false }).sweep();
    expect(heard).toEqual([]);
    await host.service.revokeAllSessions(person.id, system());
    await host.service.revokeAllSessions(person.id, system());
    await host.service.lockUser(person.id, system());
    await first.logout();
    expect(heard).toEqual([all(given)]);
  });

  it('tells nothing of what is rolled back', async () => {
    const given = await scene();
    await without(host, 'sso_audit_event', async () => {
      expectRefused(await given.first.api('POST', '/sessions/revoke-others', {}), 503, 'service_unavailable');
    });
    expect(heard).toEqual([]);
    expect(await given.second.isSignedIn()).toBe(true);
    host.log.takeErrors();
  });

  it('holds nothing up by a listener that fails, and says nothing secret', async () => {
    react = () => {
      throw new Error('The listener failed.');
    };
    const given = await scene();
    expect((await given.first.logout()).status).toBe(200);
    expect(host.log.takeErrors().join()).toContain('The listener failed.');
    expect(JSON.stringify(heard)).not.toContain(given.first.cookies.get('id') ?? 'no token');
  });
});

describe.each(databases)('the most sessions of a user, on $name,', (database) => {
  const host = hosted({ database, options: { session: { maxPerUser: 3 } } });

  const live = async (visitors: readonly Visitor[]): Promise<boolean[]> => {
    const answers: boolean[] = [];
    for (const visitor of visitors) answers.push(await visitor.isSignedIn());
    return answers;
  };

  async function signedIn(person: Person, count: number): Promise<Visitor[]> {
    const visitors: Visitor[] = [];
    for (let one = 0; one < count; one += 1) visitors.push(await host.people.signIn(person));
    return visitors;
  }

  it('are kept by the end of the oldest, whatever was used last', async () => {
    const person = await host.people.person();
    const other = await host.people.signIn(await host.people.person());
    const visitors = await signedIn(person, 3);
    expect(await live(visitors)).toEqual([true, true, true]);
    visitors.push(...(await signedIn(person, 2)));
    expect(await live(visitors)).toEqual([false, false, true, true, true]);
    expect(await other.isSignedIn()).toBe(true);
  });

  it('do not count a session that has expired, nor one that the login leaves behind', async () => {
    const person = await host.people.person();
    const visitors = await signedIn(person, 3);
    const [first, second, third] = visitors;
    await third?.login({ username: person.username, password: PASSWORD });
    expect(await live(visitors)).toEqual([true, true, true]);
    const list = await second?.get('/sessions');
    const id = list?.json.sessions?.find(({ current }) => current)?.id;
    await host.rows.update('sso_session', { id }, { expires_at: 1 });
    await signedIn(person, 1);
    expect(await first?.isSignedIn()).toBe(true);
  });

  it('are not exceeded by logins at once', async () => {
    const person = await host.people.person();
    const visitors = await Promise.all(Array.from({ length: 12 }, () => host.people.signIn(person)));
    expect((await live(visitors)).filter(Boolean)).toHaveLength(3);
    expect(await host.rows.sessionsOf(person.id)).toHaveLength(3);
  });
});

describe.each(databases)('the event of sessions that end but one, on $name,', (database) => {
  const host = hosted({
    database,
    imports: [EventEmitterModule.forRoot()],
    providers: [Listener],
    options: { changePassword: { keepCurrentSession: true } },
  });

  it('names the one that is kept at a change of the password', async () => {
    const person = await host.people.person();
    await host.people.signIn(person);
    const visitor = await host.people.signIn(person);
    const { json } = await visitor.get('/sessions');
    const kept = json.sessions?.find(({ current }) => current)?.id;
    heard.length = 0;
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(await visitor.isSignedIn()).toBe(true);
    expect(heard).toEqual([{ userId: person.id, sessionIds: null, exceptSessionId: kept }]);
  });
});
