import { describe, expect, it } from 'vitest';
import { SsoUserService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { Stage } from './stage.js';

const DAY = 86_400_000;

describe.each(databases)('SsoUserService.changePassword, once it is allowed, on $name', (database) => {
  const host = hosted({ database });
  const stage = new Stage(host);

  it('8. writes the hash, the version, the times, the history and the trace together', async () => {
    const { admin, boss, other } = await stage.scene();
    const session = await host.people.signIn(other);
    const before = await host.rows.user(other.id);
    const start = Date.now();

    const { user } = await host.service.changePassword(
      { newPassword: OTHER_PASSWORD, userId: other.id, passwordExpiry: 3 },
      { ...admin, remoteAddress: '198.51.100.7', userAgent: 'Lynx', currentApp: 'CRM', correlationId: 'c-1' },
    );

    const after = await host.rows.user(other.id);
    expect(after).toMatchObject({
      password_version: Number(before.password_version) + 1,
      password_must_change: 1,
    });
    expect(after.password_hash).not.toBe(before.password_hash);
    expect(Number(after.password_last_set)).toBeGreaterThanOrEqual(start);
    expect(Number(after.password_expires_at)).toBe(Number(after.password_last_set) + 3 * DAY);
    expect(user).toMatchObject({ id: other.id, passwordMustChange: true });
    expect(user.passwordExpiresAt?.getTime()).toBe(after.password_expires_at);
    expect(await session.isSignedIn()).toBe(false);
    expect(await host.rows.all('sso_password_history', { user_id: other.id })).toEqual([
      expect.objectContaining({ password_hash: before.password_hash }),
    ]);
    const events = await host.rows.all('sso_audit_event', { target: other.id, correlation_id: 'c-1' });
    expect(events).toEqual([
      expect.objectContaining({
        actor: boss.id,
        outcome: 'success',
        code: null,
        app: 'CRM',
        remote_address: '198.51.100.7',
        user_agent: 'Lynx',
      }),
    ]);
  });

  it('8. sets must-change as given, true for another user by default, and clears it for oneself', async () => {
    const { admin, other } = await stage.scene();
    const flag = async () => (await host.rows.user(other.id)).password_must_change;
    for (const [mustChange, stored] of [
      [undefined, 1],
      [false, 0],
      [true, 1],
    ] as const) {
      const newPassword = `${String(mustChange)} granite 7 stairs`;
      expect(await stage.change({ newPassword, userId: other.id, mustChange }, admin)).toBe('done');
      expect(await flag()).toBe(stored);
      expect(await host.people.canLogIn(other.username, newPassword)).toBe(true);
    }
    const me = await stage.as({ ...other, password: 'true granite 7 stairs' });
    expect(await stage.change({ oldPassword: 'true granite 7 stairs', newPassword: PASSWORD }, me)).toBe(
      'done',
    );
    expect(await flag()).toBe(0);
  });

  it('8. lets a super-user decide on the expiry of the own password', async () => {
    const { admin, boss } = await stage.scene();
    const input = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, passwordExpiry: 10 };
    expect(await stage.change(input, admin)).toBe('done');
    const row = await host.rows.user(boss.id);
    expect(Number(row.password_expires_at)).toBe(Number(row.password_last_set) + 10 * DAY);
  });

  it('8. leaves nothing behind when one part of it fails', async () => {
    const { admin, other } = await stage.scene();
    const session = await host.people.signIn(other);
    const before = await host.rows.user(other.id);
    const runner = host.dataSource.createQueryRunner();
    await runner.renameTable('sso_audit_event', 'sso_audit_event_away');
    const input = { newPassword: OTHER_PASSWORD, userId: other.id };
    const code = await stage.change(input, admin);
    await runner.renameTable('sso_audit_event_away', 'sso_audit_event');
    await runner.release();

    expect(code).toBe('service_unavailable');
    expect(await host.rows.user(other.id)).toEqual(before);
    expect(await host.rows.count('sso_password_history', { user_id: other.id })).toBe(0);
    expect(await session.isSignedIn()).toBe(true);
    expect(await stage.change(input, admin)).toBe('done');
    host.log.takeErrors();
  });

  it('8. refuses to overwrite a change that came in between', async () => {
    const { admin, other } = await stage.scene();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((number) =>
        stage.change({ newPassword: `${number} granite stairs`, userId: other.id }, admin),
      ),
    );
    const won = answers.filter((code) => code === 'done').length;
    expect(won).toBeGreaterThanOrEqual(1);
    for (const code of answers) expect(['done', 'concurrent_change']).toContain(code);
    expect((await host.rows.user(other.id)).password_version).toBe(1 + won);
  });

  it('is open to the system caller, for a user who is named', async () => {
    const { other } = await stage.scene();
    const system = SsoUserService.system('night job');
    expect(await stage.change({ newPassword: OTHER_PASSWORD }, system)).toBe('missing_fields');
    expect(
      await stage.change({ newPassword: OTHER_PASSWORD, userId: other.id, mustChange: false }, system),
    ).toBe('done');
    expect(await host.people.canLogIn(other.username, OTHER_PASSWORD)).toBe(true);
    const [event] = (await host.rows.all('sso_audit_event', { target: other.id })).slice(-1);
    expect(JSON.stringify(await host.rows.all('sso_audit_event', { actor: 'system:night job' }))).toContain(
      other.id,
    );
    expect(event).toBeDefined();
  });

  it('is closed to a caller whose own password must be changed, but for that very change', async () => {
    const { admin, boss, other } = await stage.scene();
    await host.rows.update('sso_user', { id: boss.id }, { password_must_change: true });
    const input = { newPassword: OTHER_PASSWORD, userId: other.id };
    expect(await stage.change(input, admin)).toBe('password_change_required');
    expect(await stage.change({ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD }, admin)).toBe('done');
  });
});
