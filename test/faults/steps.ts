import { isDeepStrictEqual } from 'node:util';
import type { Answer, Client } from '../support/visitor.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import type { Stand } from './stand.js';

type State = Record<string, unknown>;

/** Where a step is taken. */
type Ground = Pick<Stand, 'host' | 'rows'>;

/** Something a person is about to do. */
export interface Attempt {
  /** Sends the one request that does it. */
  go(): Promise<Answer>;
  /** What the tables say of it. */
  state(): Promise<State>;
  /** Before it and after it; there is nothing between. */
  old: State;
  done: State;
  /** Whose password it changes. */
  username?: string;
}

export interface Step {
  name: string;
  clients: Client[];
  prepare(stand: Ground, client: Client): Promise<Attempt>;
}

async function ready(stand: Ground, client: Client) {
  const person = await stand.host.people.person();
  const visitor = await stand.host.people.signIn(person, client);
  // The page with the token is fetched beforehand, so that the fault meets the post.
  const form = async (path: string, fields: Record<string, unknown>): Promise<() => Promise<Answer>> => {
    if (client === 'json') return () => visitor.api('POST', path, fields);
    const token = await visitor.token(path);
    return () => visitor.post(path, { ...fields, ...token });
  };
  const audited = (action: string): Promise<number> =>
    stand.rows.count('sso_audit_event', { target: person.id, action, outcome: 'success' });
  return { person, visitor, form, audited };
}

async function passwordOf(stand: Ground, id: string): Promise<State> {
  const user = await stand.rows.user(id);
  const history = await stand.rows.all('sso_password_history', { user_id: id });
  return {
    hash: user.password_hash,
    version: user.password_version,
    lastSet: user.password_last_set,
    updated: user.updated_at,
    mustChange: user.password_must_change,
    history: history.map((row) => row.password_hash),
    sessions: (await stand.rows.sessionsOf(id)).length,
  };
}

/** Matches everything else. */
function otherThan(value: unknown): object {
  return { asymmetricMatch: (actual: unknown) => !isDeepStrictEqual(actual, value) };
}

/** What every change of a password leaves behind, whoever makes it. */
function changed(old: State, rest: State): State {
  return {
    ...old,
    hash: otherThan(old.hash),
    version: Number(old.version) + 1,
    lastSet: otherThan(old.lastSet),
    updated: otherThan(old.updated),
    history: [old.hash],
    ...rest,
  };
}

const login: Step = {
  name: 'a login over an earlier session',
  clients,
  async prepare(stand, client) {
    const { person, form, audited } = await ready(stand, client);
    const [earlier] = await stand.rows.sessionsOf(person.id);
    const { last_login: lastLogin } = await stand.rows.user(person.id);
    const old = { earlier: 1, sessions: 1, audits: 1, lastLogin };
    return {
      go: await form('/login', { username: person.username, password: PASSWORD }),
      state: async () => ({
        earlier: await stand.rows.count('sso_session', { id: earlier?.id }),
        sessions: (await stand.rows.sessionsOf(person.id)).length,
        audits: await audited('login'),
        lastLogin: (await stand.rows.user(person.id)).last_login,
      }),
      old,
      done: { earlier: 0, sessions: 1, audits: 2, lastLogin: otherThan(lastLogin) },
    };
  },
};

const loginWithNewPassword: Step = {
  name: 'a login with a new password',
  clients,
  async prepare(stand, client) {
    const { person, form, audited } = await ready(stand, client);
    const state = async (): Promise<State> => ({
      ...(await passwordOf(stand, person.id)),
      audits: [await audited('login'), await audited('password.change')],
    });
    const old = await state();
    const fields = { username: person.username, password: PASSWORD, new_password: OTHER_PASSWORD };
    return {
      go: await form('/login', fields),
      state,
      old,
      done: changed(old, { audits: [2, 1], sessions: 1 }),
      username: person.username,
    };
  },
};

export const changeOwn: Step = {
  name: 'a change of the own password',
  clients,
  async prepare(stand, client) {
    const { person, form, audited } = await ready(stand, client);
    await stand.host.people.signIn(person);
    const state = async (): Promise<State> => ({
      ...(await passwordOf(stand, person.id)),
      audits: await audited('password.change'),
    });
    const old = await state();
    return {
      go: await form('/change-password', {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
      }),
      state,
      old,
      done: changed(old, { audits: 1, sessions: 0 }),
      username: person.username,
    };
  },
};

const changeOther: Step = {
  name: 'a change of somebody else’s password',
  clients: ['json'],
  async prepare(stand, client) {
    const { person, audited } = await ready(stand, client);
    const admin = await stand.host.people.signIn(await stand.host.people.superUser());
    const state = async (): Promise<State> => ({
      ...(await passwordOf(stand, person.id)),
      audits: await audited('password.change'),
    });
    const old = await state();
    return {
      go: () => admin.api('POST', `/users/${person.id}/password`, { new_password: OTHER_PASSWORD }),
      state,
      old,
      done: changed(old, { audits: 1, sessions: 0, mustChange: 1 }),
      username: person.username,
    };
  },
};

const logout: Step = {
  name: 'a logout',
  clients,
  async prepare(stand, client) {
    const { person, form, audited } = await ready(stand, client);
    return {
      go: await form('/logout', {}),
      state: async () => ({
        sessions: (await stand.rows.sessionsOf(person.id)).length,
        audits: await audited('logout'),
      }),
      old: { sessions: 1, audits: 0 },
      done: { sessions: 0, audits: 1 },
    };
  },
};

const register: Step = {
  name: 'a registration',
  clients,
  async prepare(stand, client) {
    const { form } = await ready(stand, client);
    const username = freshUsername();
    const audited = (): Promise<number> =>
      stand.rows.count('sso_audit_event', { action: 'user.register', outcome: 'success' });
    const audits = await audited();
    return {
      go: await form('/register', { username, password: PASSWORD, confirm_password: PASSWORD }),
      state: async () => ({
        users: await stand.rows.count('sso_user', { username }),
        audits: await audited(),
      }),
      old: { users: 0, audits },
      done: { users: 1, audits: audits + 1 },
    };
  },
};

const lock: Step = {
  name: 'locking somebody',
  clients: ['json'],
  async prepare(stand, client) {
    const { person, audited } = await ready(stand, client);
    const admin = await stand.host.people.signIn(await stand.host.people.superUser());
    return {
      go: () => admin.api('POST', `/users/${person.id}/lock`),
      state: async () => ({
        locked: (await stand.rows.user(person.id)).is_locked,
        sessions: (await stand.rows.sessionsOf(person.id)).length,
        audits: await audited('user.lock'),
      }),
      old: { locked: 0, sessions: 1, audits: 0 },
      done: { locked: 1, sessions: 0, audits: 1 },
    };
  },
};

/** A request that has its session prolonged, besides being looked up. */
export const check: Step = {
  name: 'a look at a session',
  clients,
  async prepare(stand, client) {
    const { person, visitor } = await ready(stand, client);
    const state = async () => ({ sessions: await stand.rows.sessionsOf(person.id) });
    const old = await state();
    return {
      go: () => (client === 'json' ? visitor.get('/session') : visitor.page('/change-password')),
      state,
      old,
      done: old,
    };
  },
};

/** Everything that goes to the database on behalf of a visitor. */
const steps: Step[] = [login, loginWithNewPassword, logout, register, changeOwn, changeOther, lock, check];

/** Every step in each of its clients. */
export const stepsByClient: [name: string, client: Client, step: Step][] = steps.flatMap((step) =>
  step.clients.map((client): [string, Client, Step] => [step.name, client, step]),
);
