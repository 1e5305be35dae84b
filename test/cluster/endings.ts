import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { ADMIN } from '../support/sample.js';
import type { Client, Reply } from './client.js';

/** Somebody whose sessions are opened and ended. */
export class Victim {
  private password = PASSWORD;
  private second: string | undefined;

  private constructor(
    readonly client: Client,
    readonly id: string,
    private readonly username: string,
    private readonly adminToken: string,
  ) {}

  static async of(client: Client, adminToken: string): Promise<Victim> {
    const username = freshUsername();
    const user = { username, password: PASSWORD, auto_approve: true };
    const { json } = await expectOk(client.post('/users', adminToken, user), 201);
    return new Victim(client, String(json.user_id), username, adminToken);
  }

  logIn(): Promise<string> {
    return logIn(this.client, this.username, this.password);
  }

  /** A session that no ending has ended yet. */
  async otherSession(): Promise<string> {
    return (this.second ??= await this.logIn());
  }

  /** A super-user does something to this user. */
  asAdmin(method: string, path: string, fields?: object): Promise<Reply> {
    return this.client.send(method, `/users/${this.id}${path}`, this.adminToken, fields);
  }

  /** The other password than the present one, which it is from now on. */
  nextPassword(): { old: string; next: string } {
    const old = this.password;
    this.second = undefined;
    this.password = old === PASSWORD ? OTHER_PASSWORD : PASSWORD;
    return { old, next: this.password };
  }
}

/** A way in which a session is ended. */
export interface Ending {
  name: string;
  /** Does everything but the one request that ends the session, which is returned. */
  prepare(victim: Victim, token: string): Promise<() => Promise<Reply>>;
  /** Lets the victim log in again. */
  undo?(victim: Victim): Promise<Reply>;
}

export const endings: Ending[] = [
  {
    name: 'its logout',
    prepare:
      async ({ client }, token) =>
      () =>
        client.post('/logout', token),
  },
  {
    name: 'the owner, who ends it from another session',
    async prepare(victim, token) {
      const { json } = await expectOk(victim.client.get('/sessions', token));
      const id = json.sessions?.find(({ current }) => current)?.id;
      const other = await victim.otherSession();
      return () => victim.client.send('DELETE', `/sessions/${id}`, other);
    },
  },
  {
    name: 'the owner, who ends all but another one',
    async prepare(victim) {
      const other = await victim.otherSession();
      return () => victim.client.post('/sessions/revoke-others', other);
    },
  },
  {
    name: 'the owner’s new password',
    async prepare(victim) {
      const other = await victim.otherSession();
      return () => {
        const { old, next } = victim.nextPassword();
        const fields = { old_password: old, new_password: next, confirm_new_password: next };
        return victim.client.post('/change-password', other, fields);
      };
    },
  },
  {
    name: 'a super-user, who ends the user’s sessions',
    prepare: async (victim) => () => victim.asAdmin('DELETE', '/sessions'),
  },
  {
    name: 'a super-user’s new password for the user',
    prepare: async (victim) => () =>
      victim.asAdmin('POST', '/password', {
        new_password: victim.nextPassword().next,
        must_change: false,
      }),
  },
  {
    name: 'a lock',
    prepare: async (victim) => () => victim.asAdmin('POST', '/lock'),
    undo: (victim) => victim.asAdmin('POST', '/unlock'),
  },
  {
    name: 'the user’s being set inactive',
    prepare: async (victim) => () => victim.asAdmin('PATCH', '', { is_active: false }),
    undo: (victim) => victim.asAdmin('PATCH', '', { is_active: true }),
  },
];

export function logInAdmin(client: Client): Promise<string> {
  return logIn(client, ADMIN, PASSWORD);
}

async function logIn(client: Client, username: string, password: string): Promise<string> {
  const { token } = await expectOk(client.post('/login', undefined, { username, password }));
  if (token === undefined) throw new Error(`The login of ${username} gave no token.`);
  return token;
}

async function expectOk(asked: Promise<Reply>, wanted = 200): Promise<Reply> {
  const reply = await asked;
  if (reply.status !== wanted) throw new Error(`Answered ${reply.status}: ${reply.json.message}`);
  return reply;
}
