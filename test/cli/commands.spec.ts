import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { administratorOf } from './administrator.js';
import { call, CHEAP, jsonOf, PATIENCE } from './program.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';

// One after the other: each step finds what the former has left, as on a day of an administrator.
describe.each(databases)('the command line on $name', PATIENCE, (database) => {
  let fresh: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    fresh = await database.create(true);
  });
  afterAll(async () => {
    await host?.close();
    await fresh?.drop();
  });

  const { done, also, expectRefused } = administratorOf(database.name, () => fresh.url);

  it('says what to do before the tables are there', async () => {
    if (database.name === 'SQLite') await expectRefused(['list'], 3, 'database_unreachable: The file ');
    else
      await expectRefused(
        ['list'],
        3,
        'not_migrated: The database lacks table sso_user, table sso_session, table sso_password_history, table sso_audit_event. ' +
          'Run: nestjs-session-auth migrate',
      );
  });

  it('makes the tables once, and an application that runs its migrations is content', async () => {
    expect((await done(['migrate'])).stdout).toBe('Ran SsoInit1763700000000.\n');
    expect(jsonOf(await also(['migrate', '--json']))).toEqual({ migrations: [] });
    host = await boot({ fresh });
  });

  it('creates a super-user with a random password, shown once, that must be changed', async () => {
    const made = jsonOf(await done(['create-superuser', 'Boss', '--random-password', '--json']));
    expect(made).toMatchObject({ username: 'Boss', is_super_user: true, approval_status: 'approved' });
    const boss = host.visitor();
    const { json } = await boss.login({ username: 'boss', password: String(made.password) });
    expect(json).toMatchObject({ message: 'logged in', password_change_required: true });
    await expectRefused(
      ['create-superuser', 'BOSS', '--random-password'],
      1,
      'username_taken: This username is already taken.',
    );
  });

  it('creates a user with the password on standard input, and with everything said of it', async () => {
    const names = [
      '--email',
      'zoe@example.org',
      '--display-name',
      'Zoë',
      '--first-name',
      'Zoë',
      '--last-name',
      'Smith',
    ];
    const { stdout } = await done(
      ['create-user', 'zoe', '--password-stdin', ...names, '--expiry', '3'],
      `${PASSWORD}\n`,
    );
    expect(stdout).toMatch(/^Created zoe \([0-9a-f-]{36}\)\.\n$/);
    expect(await host.people.canLogIn('zoe', PASSWORD)).toBe(true);
    const row = await host.rows.one('sso_user', { username: 'zoe' });
    expect(row).toMatchObject({
      email: 'zoe@example.org',
      display_name: 'Zoë',
      first_name: 'Zoë',
      last_name: 'Smith',
      is_super_user: 0,
      approval_status: 'approved',
      password_must_change: 0,
    });
    expect(Number(row.password_expires_at) - Date.now()).toBeGreaterThan(2 * 86_400_000);
    expect(await host.rows.one('sso_audit_event', { action: 'user.create', target: row.id })).toMatchObject({
      actor: `system:cli:${userInfo().username}`,
    });
    await expectRefused(
      ['create-user', 'zed', '--password-stdin', '--email', 'ZOE@example.org'],
      1,
      'email_taken: This email address is already in use.',
      OTHER_PASSWORD,
    );
  });

  it('approves a user who was created without approval', async () => {
    await also(['create-user', 'yan', '--unapproved', '--password-stdin'], PASSWORD);
    const { json } = await host.visitor().login({ username: 'yan', password: PASSWORD });
    expect(json.code).toBe('account_not_approved');
    expect((await done(['approve', 'yan'])).stdout).toBe('yan is approved.\n');
    expect(await host.people.canLogIn('yan', PASSWORD)).toBe(true);
  });

  it('names every rule that a password breaks', async () => {
    const { code, stderr } = await call(['create-user', 'wim', '--password-stdin', ...CHEAP], {
      stdin: 'wim',
      env: { DATABASE_URL: fresh.url },
    });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'password_too_short: The password must have at least 8 characters.\n' +
        'password_contains_identity: The password must not contain the username.\n',
    });
    expect(await host.rows.count('sso_user', { username: 'wim' })).toBe(0);
  });

  it('lists users: all, some, and page by page', async () => {
    const { stdout } = await done(['list']);
    expect(stdout).toMatch(
      /^USERNAME +EMAIL +LAST LOGIN +STATUS +ID\nBoss .*super-user, must change.*\nyan .*\nzoe +zoe@example\.org/,
    );
    expect(stdout).toMatch(/\n3 of 3, page 1\.\n$/);
    const names = async (...args: string[]) => {
      const page = jsonOf(await also(['list', '--json', ...args]));
      return { ...page, users: (page.users as { username: string }[]).map(({ username }) => username) };
    };
    expect(await names('ZOE@')).toEqual({ users: ['zoe'], page: 1, page_size: 20, pages: 1, total: 1 });
    expect(await names('--page', '2', '--page-size', '1')).toMatchObject({
      users: ['yan'],
      page: 2,
      total: 3,
    });
    expect(await names('--super-users')).toMatchObject({ users: ['Boss'] });
    expect(await names('--no-super-users', '--approval', 'approved')).toMatchObject({
      users: ['yan', 'zoe'],
    });
    await expectRefused(['list', '--page-size', '101'], 1, 'invalid_field: page_size must be at most 100.');
    await expectRefused(
      ['list', '--approval', 'perhaps'],
      1,
      'invalid_field: approval_status must be one of',
    );
  });

  it('lists a user’s sessions and ends one of them, or all', async () => {
    await host.people.signIn({ username: 'yan', password: PASSWORD });
    const { sessions } = jsonOf(await also(['sessions', 'list', 'yan', '--json'])) as {
      sessions: { id: string }[];
    };
    expect(sessions).toHaveLength(2);
    const [first] = sessions;
    expect((await done(['sessions', 'list', 'yan'])).stdout).toContain(String(first?.id));
    const { stdout } = await done(['sessions', 'revoke', 'yan', '--session', String(first?.id)]);
    expect(stdout).toBe('Sessions of yan ended: 1.\n');
    await expectRefused(
      ['sessions', 'revoke', 'yan', '--session', NOBODY],
      1,
      'session_not_found: Session not found.',
    );
    expect(jsonOf(await also(['sessions', 'revoke', 'yan', '--json']))).toEqual({ revoked: 1 });
    expect(
      await host.rows.sessionsOf((await host.rows.one('sso_user', { username: 'yan' })).id as string),
    ).toEqual([]);
  });

  it('locks a user, whose sessions end, and unlocks the same by id', async () => {
    const zoe = await host.people.signIn({ username: 'zoe', password: PASSWORD });
    expect((await done(['lock', 'ZOE'])).stdout).toBe('zoe is locked.\n');
    expect(await zoe.isSignedIn()).toBe(false);
    const { json } = await host.visitor().login({ username: 'zoe', password: PASSWORD });
    expect(json.code).toBe('account_locked');
    const { id } = await host.rows.one('sso_user', { username: 'zoe' });
    expect(jsonOf(await done(['unlock', String(id), '--json']))).toMatchObject({
      user_id: id,
      is_locked: false,
    });
    expect(await host.people.canLogIn('zoe', PASSWORD)).toBe(true);
    await expectRefused(['lock', 'nobody'], 1, 'user_not_found: User not found.');
  });

  it('sets a password, which must be changed unless told otherwise', async () => {
    const zoe = await host.people.signIn({ username: 'zoe', password: PASSWORD });
    await done(['change-password', 'zoe', '--password-stdin', '--expiry', '2'], OTHER_PASSWORD);
    expect(await zoe.isSignedIn()).toBe(false);
    expect(await host.rows.one('sso_user', { username: 'zoe' })).toMatchObject({ password_must_change: 1 });
    await expectRefused(
      ['change-password', 'zoe', '--password-stdin'],
      1,
      'password_unchanged:',
      OTHER_PASSWORD,
    );
    const { stdout } = await also(
      ['change-password', 'zoe', '--password-stdin', '--no-must-change', '--expiry', 'never'],
      `${PASSWORD}\r\n`,
    );
    expect(stdout).toBe('Changed the password of zoe; all sessions have ended.\n');
    expect(await host.rows.one('sso_user', { username: 'zoe' })).toMatchObject({
      password_must_change: 0,
      password_expires_at: null,
    });
    expect(await host.people.canLogIn('zoe', PASSWORD)).toBe(true);
    await expectRefused(['change-password', 'nobody', '--password-stdin'], 1, 'user_not_found:', PASSWORD);
  });

  it('gives a random password, shown once, that must be changed', async () => {
    const { stdout } = await done(['reset-password', 'zoe']);
    const [, password = ''] = /^New password of zoe, shown only once: (\S{24,})\n$/.exec(stdout) ?? [];
    const { json } = await host.visitor().login({ username: 'zoe', password });
    expect(json).toMatchObject({ message: 'logged in', password_change_required: true });
    expect(await host.people.canLogIn('zoe', PASSWORD)).toBe(false);
  });

  it('deletes the sessions that have expired', async () => {
    const { id } = await host.rows.one('sso_user', { username: 'zoe' });
    const live = await host.rows.count('sso_session');
    await host.rows.update('sso_session', { user_id: id }, { expires_at: Date.now() - 1000 });
    expect(jsonOf(await done(['sweep', '--json']))).toEqual({ sessions: 1, audit_events: 0 });
    expect(await host.rows.count('sso_session')).toBe(live - 1);
  });
});
