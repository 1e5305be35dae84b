import { describe, expect, it } from 'vitest';
import {
  type ImportOptions,
  type ImportOutcome,
  type ImportUserInput,
  SsoUserService,
} from '../../src/index.js';
import { codeOf } from '../service/stage.js';
import { databases } from '../support/databases.js';
import { django, foreignHashes, piccolo } from '../support/foreign-hashes.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';

const HASH = await piccolo.make(PASSWORD);

const OF_DAYS = `$bcrypt-sha256$v=2,t=2b,r=31$${'.'.repeat(22)}$${'.'.repeat(31)}`;

describe.each(databases)('SsoUserService.importUsers on $name', (database) => {
  const host = hosted({ database });

  const newcomer = (given: Partial<ImportUserInput> = {}): ImportUserInput => ({
    username: freshUsername(),
    passwordHash: HASH,
    ...given,
  });

  /** In one word each. */
  async function imported(...users: ImportUserInput[]): Promise<string[]> {
    return (await host.service.importUsers(users, host.people.caller)).map(wordOf);
  }

  it.each(foreignHashes)('lets a user in with a hash of $name', async ({ make }) => {
    const user = newcomer({ passwordHash: await make(PASSWORD) });
    expect(await imported(user)).toEqual(['imported']);
    expect(await host.people.canLogIn(user.username, OTHER_PASSWORD)).toBe(false);
    expect(await host.people.canLogIn(user.username, PASSWORD)).toBe(true);
  });

  it('keeps what the other system knew of the user', async () => {
    const username = freshUsername();
    const email = freshEmail().toUpperCase();
    const names = { displayName: 'Zoë Ω', firstName: 'Zoë', lastName: null };
    const times = {
      createdAt: '2019-02-03T04:05:06.789123Z',
      passwordLastSet: '2020-02-03T04:05:06+01:00',
      passwordExpiresAt: '2031-02-03',
      lastLogin: '2024-02-03T04:05:06Z',
    };
    const flags = { isSuperUser: true, isActive: false, isLocked: true, mustChange: true };
    const user = newcomer({ username: username.toUpperCase(), email, ...names, ...times, ...flags });
    expect(await imported({ ...user, approvalStatus: 'before_decision' })).toEqual(['imported']);
    expect(await host.rows.one('sso_user', { username_key: username })).toMatchObject({
      username: username.toUpperCase(),
      email,
      email_key: email.toLowerCase(),
      display_name: 'Zoë Ω',
      first_name: 'Zoë',
      last_name: null,
      password_hash: HASH,
      password_version: 1,
      password_must_change: 1,
      is_super_user: 1,
      is_active: 0,
      is_locked: 1,
      locked_by: 'system:tests',
      approval_status: 'before_decision',
      sign_up_status: 'final',
      created_at: Date.parse('2019-02-03T04:05:06.789Z'),
      password_last_set: Date.parse('2020-02-03T03:05:06Z'),
      password_expires_at: Date.parse('2031-02-03T00:00:00Z'),
      last_login: Date.parse('2024-02-03T04:05:06Z'),
    });
  });

  it('makes of somebody of whom little is known an approved, open account', async () => {
    const user = newcomer({ email: '' });
    expect(await imported(user)).toEqual(['imported']);
    expect(await host.rows.one('sso_user', { username: user.username })).toMatchObject({
      email: null,
      password_expires_at: null,
      password_must_change: 0,
      is_super_user: 0,
      is_active: 1,
      is_locked: 0,
      locked_at: null,
      approval_status: 'approved',
      last_login: null,
    });
  });

  it('records each user in the audit, in the transaction and in the log', async () => {
    const user = newcomer();
    await imported(user, newcomer({ email: 'no address' }));
    const { id } = await host.rows.one('sso_user', { username: user.username });
    const events = await host.rows.all('sso_audit_event', { target: id });
    expect(events).toMatchObject([{ actor: 'system:tests', action: 'user.import', outcome: 'success' }]);
    expect(host.log.lines.filter((line) => line.includes(String(id)))).toHaveLength(1);
  });

  it('changes nothing when it is repeated, in whatever spelling', async () => {
    const users = [newcomer(), newcomer(), newcomer()];
    await imported(...users);
    const before = await host.rows.all('sso_user');
    const events = await host.rows.count('sso_audit_event');
    const shouted = users.map((user) => ({
      ...user,
      username: user.username.toUpperCase(),
      displayName: 'Other',
      isSuperUser: true,
    }));
    expect(await imported(...users, ...shouted)).toEqual(Array<string>(6).fill('skipped'));
    expect(await host.rows.all('sso_user')).toEqual(before);
    expect(await host.rows.count('sso_audit_event')).toBe(events);
  });

  it('takes the first of those that share a name, and the others for what they are', async () => {
    const email = freshEmail();
    const first = newcomer({ email });
    expect(
      await imported(
        first,
        { ...first, email: freshEmail() },
        newcomer({ email: email.toUpperCase() }),
        newcomer(),
        newcomer({ email: (await host.people.person()).email }),
      ),
    ).toEqual(['imported', 'skipped', 'email_taken', 'imported', 'email_taken']);
  });

  it.each<[string, object, string[]]>([
    ['no user name', { username: undefined }, ['username']],
    ['a user name with spaces', { username: 'zoe smith' }, ['username']],
    ['no hash', { passwordHash: undefined }, ['password_hash']],
    ['an empty hash', { passwordHash: '' }, ['password_hash']],
    ['a password in the clear', { passwordHash: PASSWORD }, ['password_hash']],
    ['a hash cut short', { passwordHash: HASH.slice(0, -1) }, ['password_hash']],
    ['an unusable password of Django', { passwordHash: '!Yx5kJ' }, ['password_hash']],
    ['a hash of an unknown kind', { passwordHash: 'sha1$seasalt$cff36ea83f5706ce' }, ['password_hash']],
    ['a hash of monstrous cost', { passwordHash: HASH.replace('$2$', '$9999999$') }, ['password_hash']],
    ['a bcrypt hash of monstrous cost', { passwordHash: `$2b$31$${'.'.repeat(53)}` }, ['password_hash']],
    ['a hash of ours of monstrous cost', { passwordHash: OF_DAYS }, ['password_hash']],
    ['a hash that is too long', { passwordHash: `$2b$${'x'.repeat(300)}` }, ['password_hash']],
    ['a hash with a NUL', { passwordHash: `${HASH}\0` }, ['password_hash']],
    ['a number for a hash', { passwordHash: 42 }, ['password_hash']],
    ['a password', { password: PASSWORD }, ['password']],
    ['an unknown field', { isAdmin: true }, ['isAdmin']],
    ['the version of the password', { passwordVersion: 7 }, ['passwordVersion']],
    ['a text for a flag', { isSuperUser: 'true' }, ['is_super_user']],
    ['null for a flag', { isActive: null }, ['is_active']],
    ['an unknown approval', { approvalStatus: 'yes' }, ['approval_status']],
    ['a time without a zone', { lastLogin: '2024-02-03T04:05:06' }, ['last_login']],
    ['no e-mail address', { email: 'zoe' }, ['email']],
    ['several faults', { email: 'zoe', mustChange: 1 }, ['email', 'must_change']],
  ])('refuses a user with %s, and nobody else', async (_, fault, fields) => {
    const [good, bad] = [newcomer(), newcomer(fault)];
    const [first, second] = await host.service.importUsers([bad, good], host.people.caller);
    expect(first?.status).toBe('refused');
    expect(first?.error?.errors?.map(({ field }) => field).sort()).toEqual(fields);
    expect(JSON.stringify(first?.error?.getResponse())).not.toContain(HASH.slice(-20));
    expect(second).toEqual({ status: 'imported' });
    if (bad.username) expect(await host.rows.count('sso_user', { username: bad.username })).toBe(0);
  });

  it.each([
    ['null', null],
    ['a text', 'zoe'],
    ['a list', []],
  ])('refuses %s in the place of a user', async (_, given) => {
    const [outcome] = await host.service.importUsers(
      [given as unknown as ImportUserInput],
      host.people.caller,
    );
    expect(outcome).toMatchObject({ status: 'refused' });
  });

  it('takes hundreds at once, good and bad, and answers in their order', async () => {
    const users = Array.from({ length: 450 }, (_, index) =>
      newcomer(index % 7 === 0 ? { email: 'none' } : {}),
    );
    const expected = users.map((_, index) => (index % 7 === 0 ? 'invalid_field' : 'imported'));
    expect(await imported(...users)).toEqual(expected);
    expect(await imported(...users)).toEqual(expected.map((word) => word.replace('imported', 'skipped')));
  });

  it('takes a user without a password where it may, who gets in once one is set, and not before', async () => {
    const unknown = [undefined, null, '!Yx5kJ', 'sha1$seasalt$cff36ea83f5706ce', PASSWORD].map(
      (passwordHash) => newcomer({ passwordHash }),
    );
    const options = { withoutPassword: true };
    const outcomes = await host.service.importUsers([...unknown, newcomer()], host.people.caller, options);
    expect(outcomes).toEqual([
      ...unknown.map(() => ({ status: 'imported', without: ['password'] })),
      { status: 'imported' },
    ]);
    for (const { username, passwordHash } of unknown) {
      const row = await host.rows.one('sso_user', { username });
      expect(row['password_hash']).toBeNull();
      for (const guess of [PASSWORD, '!', passwordHash ?? 'null'])
        expect(await host.people.canLogIn(username, guess)).toBe(false);
    }
    const [{ username } = newcomer()] = unknown;
    const { id } = await host.rows.one('sso_user', { username });
    const { password } = await host.service.resetPassword(String(id), host.people.caller);
    expect(await host.people.canLogIn(username, password)).toBe(true);
    expect(await host.rows.count('sso_password_history', { user_id: id })).toBe(0);
  });

  it('takes a user without an e-mail address that somebody has where it may', async () => {
    const email = freshEmail();
    const [first, second, third] = [
      newcomer({ email }),
      newcomer({ email: email.toUpperCase() }),
      newcomer(),
    ];
    third.email = (await host.people.person()).email;
    const options = { withoutTakenEmail: true };
    const without = { status: 'imported', without: ['email'] };
    expect(await host.service.importUsers([first, second, third], host.people.caller, options)).toEqual([
      { status: 'imported' },
      without,
      without,
    ]);
    expect(await host.rows.one('sso_user', { username: first.username })).toMatchObject({ email });
    for (const { username } of [second, third])
      expect(await host.rows.one('sso_user', { username })).toMatchObject({ email: null, email_key: null });
  });

  it('leaves the address to one of them when two imports that may do without run at once', async () => {
    const email = freshEmail();
    const users = Array.from({ length: 20 }, () => newcomer({ email }));
    const options = { withoutTakenEmail: true };
    const outcomes = await Promise.all(
      [users.slice(0, 10), users.slice(10)].map((part) =>
        host.service.importUsers(part, host.people.caller, options),
      ),
    );
    expect(outcomes.flat().filter(({ status }) => status === 'imported')).toHaveLength(20);
    expect(outcomes.flat().filter(({ without }) => without === undefined)).toHaveLength(1);
    expect(await host.rows.count('sso_user', { email })).toBe(1);
  });

  it('refuses options that there are not', async () => {
    const options = { withoutPasswords: true } as ImportOptions;
    const refusal = host.service.importUsers([newcomer()], host.people.caller, options);
    expect(await codeOf(refusal)).toBe('invalid_field');
  });

  it('makes one user of each name when two imports run at once', async () => {
    const users = Array.from({ length: 60 }, () => newcomer());
    const outcomes = await Promise.all([imported(...users), imported(...users.toReversed())]);
    expect(outcomes.flat().sort()).toEqual([
      ...Array<string>(60).fill('imported'),
      ...Array<string>(60).fill('skipped'),
    ]);
    for (const { username } of users) expect(await host.rows.count('sso_user', { username })).toBe(1);
  });

  it('is for the application itself: neither strangers nor super-users may', async () => {
    const boss = await host.people.signIn(await host.people.superUser());
    const token = boss.cookies.get('id');
    const user = newcomer();
    expect(await codeOf(host.service.importUsers([user], { token }))).toBe('system_caller_required');
    expect(await codeOf(host.service.importUsers([user], {}))).toBe('not_authenticated');
    expect(await host.rows.count('sso_user', { username: user.username })).toBe(0);
    expect(await codeOf(host.service.importUsers([user], SsoUserService.system('move')))).toBe('done');
  });
});

describe('the expiry of imported passwords', () => {
  const host = hosted({ options: { password: { bcryptRounds: 4, expiry: 10 } } });

  it('is that of every new password, unless it is said', async () => {
    const passwordHash = await django.make(PASSWORD);
    const [usual, never] = [freshUsername(), freshUsername()];
    await host.service.importUsers(
      [
        { username: usual, passwordHash },
        { username: never, passwordHash, passwordExpiresAt: null },
      ],
      host.people.caller,
    );
    const { password_expires_at: expiry } = await host.rows.one('sso_user', { username: usual });
    expect(Math.abs(Number(expiry) - Date.now() - 10 * 86_400_000)).toBeLessThan(600_000);
    expect(await host.rows.one('sso_user', { username: never })).toMatchObject({ password_expires_at: null });
  });
});

function wordOf({ status, error }: ImportOutcome): string {
  return error?.code ?? status;
}
