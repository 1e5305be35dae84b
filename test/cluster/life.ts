import { expect } from 'vitest';
import { freshUsername, PASSWORD } from '../support/people.js';
import type { Rows } from '../support/rows.js';
import type { Client, Reply } from './client.js';

/** Neither the process nor the load balancer could answer: nobody knows what has come of it. */
function isUnanswered({ status }: Reply): boolean {
  return status === 0 || status === 502;
}

/**
 * Somebody who logs in, uses the sessions and changes the password, one thing after the other, and keeps a record of
 * what was answered. A change without an answer is the last thing done.
 */
export class Life {
  /** Changes of the password that were answered. */
  changes = 0;
  /** Whether there was a change without an answer. */
  isUnsure = false;
  /** Answers that nobody should get. */
  readonly faults: string[] = [];
  password = PASSWORD;
  /** What the password was before; after a change without an answer, what it may be. */
  otherPassword = 'never anybody’s password';
  /** Sessions that were opened since the last change. */
  readonly alive: string[] = [];
  /** Sessions that a change has ended. */
  readonly ended: string[] = [];

  private constructor(
    readonly client: Client,
    readonly username: string,
  ) {}

  static async begin(client: Client): Promise<Life> {
    const life = new Life(client, freshUsername());
    const { username, password } = life;
    const fields = { username, password, confirm_password: password };
    const { status } = await client.post('/register', undefined, fields);
    if (status !== 201) throw new Error(`A registration is answered ${status}.`);
    return life;
  }

  async live(isOver: () => boolean): Promise<void> {
    while (!isOver() && !this.isUnsure) {
      await this.logIn();
      await this.logIn();
      for (const token of this.alive) await this.use(token);
      if (!isOver()) await this.change();
    }
  }

  private async logIn(): Promise<void> {
    const { username, password } = this;
    const reply = await this.client.post('/login', undefined, { username, password });
    if (reply.token !== undefined) this.alive.push(reply.token);
    else if (!isUnanswered(reply)) this.faults.push(`A login: ${reply.status}.`);
  }

  private async use(token: string): Promise<void> {
    const reply = await this.client.get('/private', token);
    if (reply.status !== 200 && !isUnanswered(reply)) this.faults.push(`A session: ${reply.status}.`);
  }

  private async change(): Promise<void> {
    const [token] = this.alive;
    if (token === undefined) return;
    const { password: old } = this;
    const next = `velvet ${this.changes} umbrella lantern`;
    const fields = { old_password: old, new_password: next, confirm_new_password: next };
    const reply = await this.client.post('/change-password', token, fields);
    if (isUnanswered(reply)) {
      this.isUnsure = true;
      this.otherPassword = next;
    } else if (reply.status === 200) {
      this.changes += 1;
      this.password = next;
      this.otherPassword = old;
      this.ended.push(...this.alive.splice(0));
    } else {
      this.faults.push(`A change: ${reply.status} ${reply.json.code}.`);
    }
  }
}

/** What was answered holds; what was not answered has happened altogether or not at all. */
export async function expectWhole(life: Life, rows: Rows): Promise<void> {
  const { client, username, password, otherPassword, isUnsure, alive, ended, changes } = life;
  const statusWith = async (one: string) =>
    (await client.post('/login', undefined, { username, password: one })).status;
  const statusesOf = async (tokens: string[]) => {
    const replies = await Promise.all(tokens.map((token) => client.get('/private', token)));
    return replies.map(({ status }) => status);
  };

  const statuses = [await statusWith(password), await statusWith(otherPassword)];
  const isChanged = isUnsure && statuses[0] === 401;
  expect(statuses, username).toEqual(isChanged ? [401, 200] : [200, 401]);
  expect(await statusesOf(alive), username).toEqual(alive.map(() => (isChanged ? 401 : 200)));
  expect(await statusesOf(ended), username).toEqual(ended.map(() => 401));

  const { id: target, password_version: version } = await rows.one('sso_user', { username });
  expect(version).toBe(1 + changes + (isChanged ? 1 : 0));
  const audited = { target, action: 'password.change', outcome: 'success' };
  expect(await rows.count('sso_audit_event', audited)).toBe(Number(version) - 1);
  for (const session of await rows.sessionsOf(String(target))) expect(session.password_version).toBe(version);
}
