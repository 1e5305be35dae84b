import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { administratorOf } from './administrator.js';
import { jsonOf, PATIENCE } from './program.js';

// One after the other, as on a day of an administrator.
describe.each(databases)('accounts and the audit log on the command line, on $name', PATIENCE, (database) => {
  let fresh: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    fresh = await database.create(true);
    host = await boot({ fresh });
    const { service, people } = host;
    await service.createSuperUser({ username: 'Boss', password: PASSWORD }, people.caller);
    const zoe = { email: 'zoe@example.org', displayName: 'Zoë', firstName: 'Zoë', lastName: 'Smith' };
    await people.person({ username: 'zoe', ...zoe });
    await people.person({ username: 'yan' });
  });
  afterAll(async () => {
    await host?.close();
    await fresh?.drop();
  });

  const { done, also, expectRefused } = administratorOf(database.name, () => fresh.url);

  it('shows a user, by name or id, without the hash', async () => {
    const json = jsonOf(await done(['show', 'ZOE', '--json']));
    expect(json).toMatchObject({ username: 'zoe', email: 'zoe@example.org', is_active: true });
    const { stdout } = await also(['show', String(json.user_id)]);
    expect(stdout).toMatch(/^user_id +[0-9a-f-]{36}\nusername +zoe\nemail +zoe@example\.org\n/);
    expect(stdout).toContain('locked_at\n');
    expect(Object.keys(json)).toEqual(stdout.match(/^\w+/gm));
    await expectRefused(['show', 'nobody'], 1, 'user_not_found: User not found.');
    await expectRefused(['show', 'zoe', 'yan'], 2, 'usage: Too many arguments.');
  });

  it('changes a user, and nothing that is not named', async () => {
    const names = [
      '--email',
      'zo@example.org',
      '--email-verified',
      '--display-name',
      'Zo',
      '--last-name',
      '',
    ];
    const terms = ['--no-active', '--no-must-change', '--password-expires', '2030-01-31T12:00:00Z'];
    expect((await done(['update', 'zoe', ...names, ...terms])).stdout).toBe('Changed zoe.\n');
    const changed = jsonOf(await also(['show', 'zoe', '--json']));
    expect(changed).toMatchObject({
      email: 'zo@example.org',
      email_verified_at: expect.any(String),
      display_name: 'Zo',
      first_name: 'Zoë',
      last_name: null,
      is_active: false,
      must_change: false,
      password_expires_at: '2030-01-31T12:00:00.000Z',
    });
    const json = jsonOf(
      await also(['update', 'zoe', '--username', 'zo', '--active', '--password-expires', 'never', '--json']),
    );
    expect(json).toMatchObject({
      ...changed,
      username: 'zo',
      is_active: true,
      password_expires_at: null,
      updated_at: expect.any(String),
    });
    await also(['update', 'zo', '--username', 'zoe', '--email', 'zoe@example.org']);
    await expectRefused(['update', 'zoe', '--username', 'YAN'], 1, 'username_taken:');
    await expectRefused(['update', 'zoe', '--email', 'not an address'], 1, 'invalid_field: email must be');
    await expectRefused(
      ['update', 'zoe', '--password-expires', 'soon'],
      1,
      'invalid_field: password_expires_at',
    );
    await expectRefused(['update', 'zoe', '--username', ''], 2, 'usage: --username: every user has a name.');
    await expectRefused(['update', 'zoe'], 2, 'usage: Say what to change.');
    await expectRefused(['update', 'nobody', '--active'], 1, 'user_not_found:');
  });

  it('makes a super-user and takes it away, but not from the last one', async () => {
    expect((await done(['role', 'zoe', '--super-user'])).stdout).toBe('zoe is a super-user.\n');
    expect(jsonOf(await also(['show', 'zoe', '--json']))).toMatchObject({ is_super_user: true });
    const json = jsonOf(await also(['role', 'zoe', '--no-super-user', '--json']));
    expect(json).toMatchObject({ username: 'zoe', is_super_user: false });
    await expectRefused(['role', 'boss', '--no-super-user'], 1, 'last_super_user:');
    await expectRefused(['delete', 'boss', '--yes'], 1, 'last_super_user:');
    await expectRefused(['role', 'zoe'], 2, 'usage: Give --super-user or --no-super-user.');
    await expectRefused(['role', 'nobody', '--super-user'], 1, 'user_not_found:');
  });

  it('rejects a user, whose sessions end', async () => {
    const yan = await host.people.signIn({ username: 'yan', password: PASSWORD });
    expect((await done(['reject', 'yan'])).stdout).toBe('yan is rejected.\n');
    expect(await yan.isSignedIn()).toBe(false);
    expect(jsonOf(await also(['reject', 'yan', '--json']))).toMatchObject({ approval_status: 'rejected' });
    await expectRefused(['reject', 'nobody'], 1, 'user_not_found:');
  });

  it('deletes a user, where it is told to', async () => {
    await expectRefused(['delete', 'yan'], 2, 'usage: There is no terminal to ask on whether to delete.');
    const { id } = await host.rows.one('sso_user', { username: 'yan' });
    expect((await done(['delete', 'yan', '--yes'])).stdout).toBe(`Deleted yan (${String(id)}).\n`);
    expect(await host.rows.count('sso_user', { username: 'yan' })).toBe(0);
    await expectRefused(['delete', 'yan', '--yes'], 1, 'user_not_found:');
    await also(['create-user', 'xan', '--password-stdin'], PASSWORD);
    expect(jsonOf(await also(['delete', 'xan', '--yes', '--json']))).toMatchObject({ username: 'xan' });
  });

  it('lists what was recorded: of all, of some, and page by page', async () => {
    await host.visitor().login({ username: 'nobody', password: PASSWORD });
    const { stdout } = await done(['audit']);
    expect(stdout).toMatch(/^TIME +ACTION +OUTCOME +USER +BY +IP ADDRESS\n/);
    expect(stdout).toMatch(/\n\S+Z +login +invalid_credentials +127\.0\.0\.1\n/);
    expect(stdout).toMatch(/\n(\d+) of \1, page 1\.\n$/);
    const events = async (...args: string[]) => {
      const page = jsonOf(await also(['audit', '--json', ...args]));
      return page.events as Record<string, unknown>[];
    };
    expect(await events('--no-known-user', '--page-size', '1')).toMatchObject([
      { action: 'login', code: 'invalid_credentials', target: null, actor: null },
    ]);
    const { id } = await host.rows.one('sso_user', { username: 'zoe' });
    const roles = await events('ZOE', '--action', 'user.role', '--outcome', 'success');
    expect(roles.map(({ target, actor }) => [target, actor])).toEqual([
      [id, `system:cli:${userInfo().username}`],
      [id, `system:cli:${userInfo().username}`],
    ]);
    expect((await also(['audit', 'zoe', '--action', 'user.role'])).stdout).toMatch(
      new RegExp(`user\\.role +success +zoe +system:cli:${userInfo().username}\n`),
    );
    expect(await events('--address', '192.0.2.1')).toEqual([]);
    expect(await events('--until', '2020-01-31')).toEqual([]);
    expect(await events('--since', '2020-01-31', '--page', '1000')).toEqual([]);
    await expectRefused(['audit', '--action', 'sleep'], 1, 'invalid_field: action must be one of');
    await expectRefused(['audit', '--outcome', 'maybe'], 1, 'invalid_field: outcome must be one of');
    await expectRefused(['audit', '--since', 'monday'], 1, 'invalid_field: since must be');
    await expectRefused(['audit', '--page', 'last'], 2, 'usage: --page: "last" is not a whole number.');
  });
});
