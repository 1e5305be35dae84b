import { describe, expect, it } from 'vitest';
import { SsoUserService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { Trail } from './trail.js';

describe.each(databases)('the audit of a user on $name', (database) => {
  const account = { failures: 1, window: '12h', wait: '1m', maxWait: '15m' };
  const host = hosted({ database, options: { throttle: { account } } });

  it('tells of the logins that were throttled', async () => {
    const { id, username } = await host.people.person();
    for (const password of ['wrong one', PASSWORD]) await host.visitor().login({ username, password });
    const events = await host.rows.all('sso_audit_event', { target: id, action: 'login' });
    expect(events.map(({ code }) => code).toSorted()).toEqual(['invalid_credentials', 'too_many_attempts']);
  });

  it('tells of a refused change that named the user in capitals', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const { id } = await host.people.person();
    await admin.api('POST', `/users/${id.toUpperCase()}/password`, { new_password: 'short' });
    expect(await host.rows.count('sso_audit_event', { target: id, code: 'password_too_short' })).toBe(1);
  });

  it('tells of somebody who wanted to change the password of another', async () => {
    const person = await host.people.person();
    const other = await host.people.person();
    const caller = { token: (await host.people.signIn(person)).cookies.get('id') };
    const change = host.service.changePassword({ userId: other.id, newPassword: OTHER_PASSWORD }, caller);
    await expect(change).rejects.toMatchObject({ code: 'super_user_required' });
    expect(await host.rows.all('sso_audit_event', { target: other.id, outcome: 'failure' })).toMatchObject([
      { actor: person.id, action: 'password.change', code: 'super_user_required' },
    ]);
  });

  it.each(['x'.repeat(300), 'one\0two', 'one\ntwo\u2028three', 'one\ud800two'])(
    'takes any name of the system: %j',
    async (name) => {
      const { id } = await host.people.person();
      const trail = new Trail(host);
      await trail.begin();
      await host.service.lockUser(id, SsoUserService.system(name));
      expect(await trail.rows()).toMatchObject([{ action: 'user.lock', target: id }]);
      for (const { raw } of trail.lines()) expect(raw).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
    },
  );
});
