import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn } from '../support/page.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients, type Answer } from '../support/visitor.js';

const past = Date.now() - 1000;

const states = [
  ['account_locked', { is_locked: true }],
  ['account_inactive', { is_active: false }],
  ['account_not_approved', { approval_status: 'before_decision' }],
  ['account_not_approved', { approval_status: 'rejected' }],
  ['password_expired', { password_must_change: true, password_expires_at: past }],
] as const;

describe.each(databases)('login to an account that may not on $name', (database) => {
  const host = hosted({ database });

  describe.each(clients)('by %s', (client) => {
    it.each(states)('says %s after the right password only (%o)', async (code, columns) => {
      const { id, username } = await host.people.person();
      await host.rows.update('sso_user', { id }, columns);

      const right = await host.visitor(client).login({ username, password: PASSWORD });
      const wrong = await host.visitor(client).login({ username, password: 'nobody has this one' });

      expectRefused(right, 403, code);
      expectRefused(wrong, 401, 'invalid_credentials');
      for (const answer of [right, wrong]) expectNoSessionCookie(answer);
      expect(await host.rows.sessionsOf(id)).toEqual([]);
    });

    it('does not let anybody in whose sign-up was not confirmed', async () => {
      const { id, username } = await host.people.person();
      await host.rows.update('sso_user', { id }, { sign_up_status: 'before_confirmation' });
      const answer = await host.visitor(client).login({ username, password: PASSWORD });
      expect(answer.status).toBe(403);
      expectNoSessionCookie(answer);
    });

    it('answers a wrong password in every state as it answers for an unknown user', async () => {
      const shapes = new Set<string>();
      for (const columns of [{}, ...states.map(([, state]) => state)]) {
        const { id, username } = await host.people.person();
        if (Object.keys(columns).length > 0) await host.rows.update('sso_user', { id }, columns);
        const answer = await host.visitor(client).login({ username, password: 'nobody has this one' });
        shapes.add(shapeOf(answer, username));
      }
      const unknown = freshUsername();
      shapes.add(
        shapeOf(await host.visitor(client).login({ username: unknown, password: PASSWORD }), unknown),
      );
      expect([...shapes]).toHaveLength(1);
    });

    it('lets nobody into a locked account by a new password', async () => {
      const { id, username } = await host.people.person();
      await host.rows.update('sso_user', { id }, { is_locked: true });
      const fields = { username, password: PASSWORD, new_password: 'fresh walnut 77 garden' };
      expectRefused(await host.visitor(client).login(fields), 403, 'account_locked');
      await host.rows.update('sso_user', { id }, { is_locked: false });
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    });
  });

  it.each(clients)('opens again as soon as the account is unlocked, by %s', async (client) => {
    const { id, username } = await host.people.person();
    await host.rows.update('sso_user', { id }, { is_locked: true });
    expectRefused(await host.visitor(client).login({ username, password: PASSWORD }), 403, 'account_locked');
    await host.rows.update('sso_user', { id }, { is_locked: false });
    expectDone(await host.visitor(client).login({ username, password: PASSWORD }), { to: '/' });
  });
});

/** All that a stranger could compare, without what is random or what the stranger has typed. */
function shapeOf(answer: Answer, username: string): string {
  const token = inputIn(answer.body, 'csrf_token');
  const body = answer.body.replaceAll(username, 'USERNAME').replaceAll(token ?? '\0', 'TOKEN');
  const names = answer.setCookies.map((cookie) => cookie.name);
  const headers = Object.keys(answer.headers).filter((name) => name !== 'etag');
  return JSON.stringify([answer.status, headers, names, body]);
}
