import { describe, expect, it } from 'vitest';
import { SignIn } from '../../src/account/sign-in.js';
import type { HookContext } from '../../src/index.js';
import { LoginHooks } from '../../src/index.js';
import { UserStore } from '../../src/user/user.store.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { Visitor } from '../support/visitor.js';

/** What the host's hooks were told, in order. */
const told: string[] = [];
let refusal: string | undefined;

class Hooks extends LoginHooks {
  override preLogin(): void {
    told.push('preLogin');
  }

  override loginSuccess({ username }: HookContext): string | undefined {
    told.push(`loginSuccess ${username}`);
    return refusal;
  }

  override loginFailure({ username }: HookContext, code: string): void {
    told.push(`loginFailure ${username} ${code}`);
  }
}

/** A login that ends without a password: by a passkey, a mailed link, another provider. */
describe.each(databases)('a login that no password has proved, on $name', (database) => {
  const host = hosted({ database, options: { login: { hooks: new Hooks() } } });

  async function known() {
    told.length = 0;
    refusal = undefined;
    const { id, username } = await host.people.person();
    const user = await host.app.get(UserStore, { strict: false }).findById(id);
    if (!user) throw new Error('User not found.');
    const admit = (token?: string) =>
      host.app.get(SignIn, { strict: false }).admit(user, ['hwk', 'user'], { token, userAgent: 'a key' });
    const recorded = async () =>
      (await host.rows.all('sso_audit_event'))
        .filter(({ target, action }) => target === id && action === 'login')
        .map(({ code, detail }) => code ?? detail);
    return { id, username, user, admit, recorded };
  }

  it('opens a session, asks the hook, notes the time and records it, each once', async () => {
    const { id, username, admit, recorded } = await known();
    const before = Date.now();

    const { token, session, user, device, passwordChangeRequired } = await admit();

    expect({ userId: user.id, amr: session.amr, passwordChangeRequired, device }).toEqual({
      userId: id,
      amr: ['hwk', 'user'],
      passwordChangeRequired: false,
      device: undefined,
    });
    const visitor = new Visitor(host.url);
    visitor.cookies.put('id', token);
    expect((await visitor.get('/private')).json).toEqual({ username });
    expect(await host.service.listSessions({ token })).toMatchObject([
      { id: session.id, userAgent: 'a key' },
    ]);
    expect(Number((await host.rows.user(id)).last_login)).toBeGreaterThanOrEqual(before);
    expect(told).toEqual([`loginSuccess ${username}`]);
    expect(await recorded()).toEqual(['hwk user']);
  });

  it('ends the session that the caller had', async () => {
    const { admit } = await known();
    const first = await admit();
    const second = await admit(first.token);
    await expect(host.service.getCurrentUser({ token: first.token })).rejects.toMatchObject({
      code: 'not_authenticated',
    });
    expect((await host.service.getCurrentUser({ token: second.token })).id).toBe(second.user.id);
  });

  it('is refused for an account that is closed, and the refusal is recorded once', async () => {
    const { id, username, user, admit, recorded } = await known();
    Object.assign(user, await host.service.lockUser(id, host.people.caller));
    await expect(admit()).rejects.toMatchObject({ code: 'account_locked' });
    expect(told).toEqual([`loginFailure ${username} account_locked`]);
    expect(await recorded()).toEqual(['account_locked']);
  });

  it('is refused for an account that was closed since it was read', async () => {
    const { id, username, admit, recorded } = await known();
    await host.service.lockUser(id, host.people.caller);
    await expect(admit()).rejects.toMatchObject({ code: 'account_locked' });
    expect(told).toEqual([`loginSuccess ${username}`, `loginFailure ${username} account_locked`]);
    expect(await recorded()).toEqual(['account_locked']);
  });

  it('is refused by the hook, and nothing is opened', async () => {
    const { id, username, admit, recorded } = await known();
    refusal = 'Not today.';
    await expect(admit()).rejects.toMatchObject({ code: 'rejected_by_hook', message: 'Not today.' });
    expect(told).toEqual([`loginSuccess ${username}`, `loginFailure ${username} rejected_by_hook`]);
    expect(await recorded()).toEqual(['rejected_by_hook']);
    expect((await host.rows.user(id)).last_login).toBeNull();
  });
});
