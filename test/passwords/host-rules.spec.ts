import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasswordRule, PasswordRuleContext } from '../../src/index.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Visitor } from '../support/visitor.js';
import { doorsOf } from './doors.js';

const BREACHED = 'a breached password 77';
const PLAIN = 'The word <b>pebble</b> is taken & gone.';

/** A rule that a test can tell what to answer, and that notes what it was asked. */
class Rule implements PasswordRule {
  readonly asked: [password: string, context: PasswordRuleContext][] = [];
  answer: (password: string) => unknown = () => null;

  constructor(readonly code: string) {}

  check(password: string, context: PasswordRuleContext): Promise<string | null> {
    this.asked.push([password, context]);
    return this.answer(password) as Promise<string | null>;
  }
}

const breach = new Rule('password_breached');
const pebble = new Rule('no-pebbles');

function reset(): void {
  for (const rule of [breach, pebble]) rule.asked.length = 0;
  breach.answer = async (password) => (password.includes('breached') ? 'own.breached' : null);
  pebble.answer = (password) => (password.includes('pebble') ? PLAIN : undefined);
}

const options = {
  password: { bcryptRounds: 4, rules: [breach, pebble] },
  messages: {
    en: { 'own.breached': 'It is known from a breach.' },
    de: { 'own.breached': 'Es ist aus einem Leck bekannt.' },
  },
};

// No rule reaches the database, which stores what they let through as any other.
describe('rules of the host for passwords', () => {
  const host = hosted({ options });
  beforeEach(reset);

  const doorNames = [
    ...clients.flatMap((client) => [
      `POST /register by ${client}`,
      `POST /change-password by ${client}`,
      `POST /login with new_password by ${client}`,
    ]),
    'POST /users',
    'POST /users/:id/password',
    'SsoUserService.createUser',
    'SsoUserService.signUp',
    'SsoUserService.changePassword',
  ];
  const setBy = (name: string, password: string) => {
    const found = doorsOf(host).find((door) => door.name === name);
    if (!found) throw new Error(`No door is called ${name}.`);
    return found.set(password);
  };

  it('are tried at every door there is', () => {
    expect(doorsOf(host).map(({ name }) => name)).toEqual(doorNames);
  });

  it.each(doorNames)('refuse with their own code at the door %s, and let good ones in', async (name) => {
    const refused = await setBy(name, BREACHED);
    expect(refused).toMatchObject({ accepted: false, status: 422 });
    if (!name.endsWith('by form')) expect(refused.code).toBe('password_breached');
    const { accepted, username } = await setBy(name, 'tall lantern 55 orchard');
    expect(accepted).toBe(true);
    expect(await host.people.canLogIn(username, 'tall lantern 55 orchard')).toBe(true);
  });

  it.each(doorNames)('let nobody in at the door %s when they throw or answer nonsense', async (name) => {
    const answers: (() => unknown)[] = [
      () => {
        throw new Error('the network is down');
      },
      () => Promise.reject(new TypeError('fetch failed')),
      () => Promise.reject('no error at all'),
      () => true,
      () => false,
      () => 0,
      () => ({ ok: true }),
      async () => ['fine'],
    ];
    for (const answer of answers) {
      breach.answer = (password) => (password === OTHER_PASSWORD ? answer() : null);
      const verdict = await setBy(name, OTHER_PASSWORD);
      expect(verdict).toMatchObject({ accepted: false, status: 503 });
      const logged = host.log.takeErrors();
      expect(logged).toHaveLength(1);
      expect(logged[0]).toContain('The password rule password_breached failed, so the password is refused: ');
      if (await host.rows.count('sso_user', { username: verdict.username }))
        expect(await host.people.canLogIn(verdict.username, OTHER_PASSWORD)).toBe(false);
    }
  });

  it('have no errors in the log that hold the password', async () => {
    for (const asked of [(password: string) => password, encodeURIComponent, btoa]) {
      const failed = (password: string) => new Error(`GET /is-breached?password=${asked(password)}`);
      breach.answer = (password) => Promise.reject(Object.assign(failed(password), { code: 'ENOTFOUND' }));
      expect(await setBy('SsoUserService.signUp', 'amber harvest 31 kettle')).toMatchObject({ status: 503 });
      const [logged = ''] = host.log.takeErrors();
      expect(logged).toMatch(/the password is refused: Error ENOTFOUND/);
    }
  });

  describe.each(clients)('by %s,', (client) => {
    const german = { 'accept-language': 'de' };
    const register = (visitor: Visitor, password: string, headers = {}) => {
      const fields = { username: freshUsername(), password, confirm_password: password };
      return visitor.submit('/register', fields, headers);
    };

    it('say what is wrong beside the field, in the language of the person where they have it', async () => {
      const english = await register(host.visitor(client), BREACHED);
      expectRefused(english, 422, 'password_breached', ['password']);
      expect(english.message).toBe('It is known from a breach.');
      const visitor = host.visitor(client);
      expect((await register(visitor, BREACHED, german)).message).toBe('Es ist aus einem Leck bekannt.');
      expect((await register(visitor, 'pebble 77 in the sea', german)).message).toContain(PLAIN);
      const answer = await register(visitor, 'pebble 77 in the sea');
      expectRefused(answer, 422, 'no-pebbles', ['password']);
      if (client === 'form') expect(answer.body).not.toContain('<b>pebble');
    });

    it('are asked beside ours, each at its place', async () => {
      const answer = await register(host.visitor(client), 'breached pebble acme'.slice(9, 15));
      expectRefused(answer, 422, 'password_too_short', ['password']);
      if (client === 'json')
        expect(answer.errors.map(({ code }) => code)).toEqual(['password_too_short', 'no-pebbles']);
      expect(answer.message).toMatch(/at least 8 characters.*pebble/);
      const person = await host.people.person({ password: 'a good pebbel 12' });
      const visitor = await host.people.signIn(person, client);
      const both = await visitor.changePassword(person.password, 'breached pebble 12');
      expectRefused(both, 422, 'password_breached', ['new_password']);
      expect(both.message).toBe(`It is known from a breach. ${PLAIN}`);
    });

    it('count on the pages of super-users too', async () => {
      const admin = await host.people.signIn(await host.people.superUser(), client);
      const { id } = await host.people.person();
      const token = client === 'form' ? await admin.token('/users/new') : {};
      const post = (path: string, fields: object) =>
        client === 'form' ? admin.post(path, { ...fields, ...token }) : admin.api('POST', path, fields);
      const made = await post('/users', { username: freshUsername(), password: BREACHED });
      expectRefused(made, 422, 'password_breached', ['password']);
      const set = await post(`/users/${id}/password`, { new_password: BREACHED });
      expectRefused(set, 422, 'password_breached', ['new_password']);
    });

    it('show the page again, with what was typed, when one fails', async () => {
      breach.answer = () => Promise.reject(new Error('the network is down'));
      const username = freshUsername();
      const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
      const answer = await host.visitor(client).register(fields);
      expectRefused(answer, 503, 'service_unavailable');
      if (client === 'form') expect(answer.body).toContain(`value="${username}"`);
      expect(await host.rows.count('sso_user', { username })).toBe(0);
      expect(host.log.takeErrors()).toHaveLength(1);
    });

    it('are not asked at a login, nor by a password that nobody chose', async () => {
      const person = await host.people.person();
      reset();
      breach.answer = () => 'Never.';
      expectDone(await host.visitor(client).login({ username: person.username, password: PASSWORD }), {
        to: '/',
      });
      const { password } = await host.service.resetPassword(person.id, host.people.caller);
      await host.service.createUser({ username: freshUsername() }, host.people.caller);
      expect(breach.asked).toEqual([]);
      expect(password).toMatch(/\w/);
    });
  });

  it('are told whose password it will be and nothing else, and the form that is hashed', async () => {
    const names = { displayName: 'Zoe Zed', firstName: 'Zoe', lastName: null };
    const person = await host.people.person(names);
    const { username, email } = person;
    reset();
    const caller = { token: (await host.people.signIn(person)).cookies.get('id') };
    const input = { oldPassword: PASSWORD, newPassword: 'ｔａｌｌ lantern 66 orchard' };
    await host.service.changePassword(input, caller);
    expect(breach.asked).toEqual([['tall lantern 66 orchard', { username, email, ...names }]]);
  });

  it('are asked by validatePassword, and record their code in the audit', async () => {
    expect(await host.service.validatePassword(BREACHED)).toEqual([
      { code: 'password_breached', message: 'It is known from a breach.' },
    ]);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await visitor.changePassword(PASSWORD, BREACHED);
    expect(
      await host.rows.all('sso_audit_event', { target: person.id, action: 'password.change' }),
    ).toMatchObject([{ outcome: 'failure', code: 'password_breached' }]);
  });

  it('are not asked of what cannot be a password', async () => {
    for (const password of ['x'.repeat(257), 'plum\0orchard 45', 5 as never])
      await host.service.validatePassword(password);
    expect(breach.asked).toEqual([]);
  });
});

describe('a rule that refuses by an empty text', () => {
  const empty: PasswordRule = { code: 'no', check: () => '' };
  const host = hosted({ options: { password: { bcryptRounds: 4, rules: [empty] } } });
  afterEach(reset);

  it.each(clients)('refuses all the same, by %s', async (client) => {
    const fields = { username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD };
    const answer = await host.visitor(client).register(fields);
    expect(answer.status).toBe(422);
    if (client === 'json')
      expect(answer.json.errors).toEqual([{ field: 'password', code: 'no', message: '' }]);
  });
});
