import { beforeEach, describe, expect, it } from 'vitest';
import { SsoUserService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { headers, origin, Recorder, without } from './recorder.js';

const hooks = new Recorder();

describe.each(databases)('passwordChanged on $name', (database) => {
  const host = hosted({ database, options: { login: { hooks } } });
  beforeEach(() => hooks.reset());

  function expectNoSecret(): void {
    for (const secret of [PASSWORD, OTHER_PASSWORD, THIRD_PASSWORD, 'bcrypt'])
      expect(JSON.stringify(hooks.calls)).not.toContain(secret);
  }

  async function seenVersion(id: string): Promise<unknown> {
    return (await host.rows.user(id)).password_version;
  }

  describe.each(clients)('by %s', (client) => {
    it('is told once of a change by the owner, when it is committed', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      hooks.reset();
      const seen: unknown[] = [];
      hooks.on('passwordChanged', async () => void seen.push(await seenVersion(person.id)));

      const fields = {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
      };
      expectDone(await visitor.submit('/change-password', fields, headers), { to: '/login' });

      expect(hooks.calls).toEqual([
        {
          hook: 'passwordChanged',
          context: { username: person.username, userId: person.id, email: person.email, ...origin },
          detail: person.id,
        },
      ]);
      expect(seen).toEqual([2]);
      expectNoSecret();
    });

    it('is told once of a login with a new password', async () => {
      const { id, username, email } = await host.people.person();
      const fields = { username, password: PASSWORD, new_password: OTHER_PASSWORD };
      expectDone(await host.visitor(client).submit('/login', fields, headers), { to: '/' });
      expect(hooks.names()).toEqual(['preLogin', 'loginSuccess', 'passwordChanged']);
      expect(hooks.of('passwordChanged')).toEqual([
        { hook: 'passwordChanged', context: { username, userId: id, email, ...origin }, detail: id },
      ]);
      expectNoSecret();
    });

    it.each([
      ['incorrect_password', { old_password: 'not this one' }],
      ['password_too_short', { new_password: 'Tiny-7x', confirm_new_password: 'Tiny-7x' }],
      ['password_unchanged', { new_password: PASSWORD, confirm_new_password: PASSWORD }],
      ['passwords_do_not_match', { confirm_new_password: THIRD_PASSWORD }],
    ])('is not told of a change refused with %s', async (code, given) => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      hooks.reset();
      const fields = {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
        ...given,
      };
      expectRefused(await visitor.submit('/change-password', fields), 422, code);
      expect(hooks.calls).toEqual([]);
    });

    it('is not told of a change that is not committed', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      hooks.reset();
      await without(host, 'sso_audit_event', async () => {
        expectRefused(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), 503, 'service_unavailable');
      });
      expect(hooks.calls).toEqual([]);
      expect(await seenVersion(person.id)).toBe(1);
      host.log.takeErrors();
    });

    it('cannot undo the change by throwing', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      hooks.on('passwordChanged', () => {
        throw new Error('the mail server is away');
      });
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
      expect(host.log.takeErrors().join('\n')).toMatch(/A hook failed after the commit/);
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
    });

    it('cannot undo a login with a new password by throwing', async () => {
      const { username } = await host.people.person();
      hooks.on('passwordChanged', () => Promise.reject(new Error('the mail server is away')));
      const visitor = host.visitor(client);
      const fields = { username, password: PASSWORD, new_password: OTHER_PASSWORD };
      expectDone(await visitor.login(fields), { to: '/' });
      expect(await visitor.isSignedIn()).toBe(true);
      expect(host.log.takeErrors()).toHaveLength(1);
    });
  });

  it('is told of a change by a super-user, with the one as actor and the other as user', async () => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const { id, username, email } = await host.people.person();
    hooks.reset();
    const answer = await admin.api(
      'POST',
      `/users/${id}/password`,
      { new_password: OTHER_PASSWORD },
      headers,
    );
    expect(answer.status).toBe(200);
    expect(hooks.calls).toEqual([
      { hook: 'passwordChanged', context: { username, userId: id, email, ...origin }, detail: boss.id },
    ]);
    expectNoSecret();
  });

  it('is told of a reset, with the system as actor', async () => {
    const { id, username, email } = await host.people.person();
    const { password } = await host.service.resetPassword(id, SsoUserService.system('help desk'));
    expect(hooks.calls).toMatchObject([
      { hook: 'passwordChanged', context: { username, userId: id, email }, detail: 'system:help desk' },
    ]);
    expect(JSON.stringify(hooks.calls)).not.toContain(password);
  });

  it('is told once for each of two changes at the same time that succeeds', async () => {
    const person = await host.people.person();
    const visitors = await Promise.all([host.people.signIn(person), host.people.signIn(person)]);
    hooks.reset();
    const answers = await Promise.all(
      visitors.map((visitor, index) => visitor.changePassword(PASSWORD, `${OTHER_PASSWORD} ${index}`)),
    );
    const won = answers.filter(({ status }) => status === 200).length;
    expect(won).toBe(1);
    expect(hooks.of('passwordChanged')).toHaveLength(1);
  });
});

describe.each(clients)('registered by %s', (client) => {
  const host = hosted({ options: { login: { hooks } } });
  beforeEach(() => hooks.reset());

  const fieldsOf = (username: string): Record<string, string> => ({
    username,
    email: freshEmail(),
    password: PASSWORD,
    confirm_password: PASSWORD,
  });

  it('is told once of who has registered, when it is committed, and no password', async () => {
    const username = freshUsername();
    const seen: number[] = [];
    hooks.on('registered', async () => void seen.push(await host.rows.count('sso_user', { username })));
    const fields = fieldsOf(username);
    const answer = await host.visitor(client).submit('/register', fields, headers);
    expectDone(answer, { to: '/login', status: 201 });
    const { id } = await host.rows.one('sso_user', { username });
    const { email } = fields;
    expect(hooks.calls).toEqual([
      { hook: 'registered', context: { username, userId: id, email, ...origin } },
    ]);
    expect(seen).toEqual([1]);
    expect(JSON.stringify(hooks.calls)).not.toContain(PASSWORD);
  });

  it('is not told of a registration that is refused, or of a user whom a super-user makes', async () => {
    const { username } = await host.people.person();
    expectRefused(await host.visitor(client).register(fieldsOf(username)), 409, 'username_taken');
    expectRefused(
      await host
        .visitor(client)
        .register({ ...fieldsOf(freshUsername()), password: 'x', confirm_password: 'x' }),
      422,
      'password_too_short',
    );
    expect(hooks.calls).toEqual([]);
  });

  it('cannot undo the registration by throwing', async () => {
    const username = freshUsername();
    hooks.on('registered', () => Promise.reject(new Error('the mail server is away')));
    expectDone(await host.visitor(client).register(fieldsOf(username)), { to: '/login', status: 201 });
    expect(host.log.takeErrors()).toHaveLength(1);
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
  });
});
