import { describe, expect, it } from 'vitest';
import { EmailTakenException, InvalidFieldException, UsernameTakenException } from '../../src/index.js';
import { counted } from '../attack/hasher-work.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { type Answer, clients, type Fields, type Visitor } from '../support/visitor.js';

const SHORT = 'Tiny-7x';

/** Field and code of each fault that an answer in JSON tells of; a page has the fields alone. */
function faultsOf({ client, errors }: Answer): string[] {
  return errors.map(({ field, code }) => (client === 'json' ? `${field} ${code}` : field)).sort();
}

function expectFaults(answer: Answer, status: number, code: string, faults: string[]): void {
  expectRefused(answer, status, code);
  const told =
    answer.client === 'json' ? faults : [...new Set(faults.map((fault) => fault.split(' ')[0] ?? ''))];
  expect(faultsOf(answer)).toEqual(told.toSorted());
}

describe('several faults at once', () => {
  const host = hosted({ options: { password: { bcryptRounds: 4, history: 2 } } });

  describe.each(clients)('by %s,', (client) => {
    async function taken(): Promise<{ username: string; email: string }> {
      const { username, email } = await host.people.person();
      return { username, email };
    }

    const register = (given: Fields): Promise<Answer> =>
      host.visitor(client).register({
        username: freshUsername(),
        email: freshEmail(),
        password: PASSWORD,
        confirm_password: given['password'] ?? PASSWORD,
        ...given,
      });

    it('of a registration are told in one answer, each at its field, and nothing is hashed', async () => {
      const { username, email } = await taken();
      const users = await host.rows.count('sso_user');
      const cases: [Fields, number, string, string[]][] = [
        [
          { username, password: SHORT },
          409,
          'username_taken',
          ['username username_taken', 'password password_too_short'],
        ],
        [
          { username, email, password: SHORT },
          409,
          'username_taken',
          ['username username_taken', 'email email_taken', 'password password_too_short'],
        ],
        [{ username, email }, 409, 'username_taken', ['username username_taken', 'email email_taken']],
        [
          { email, password: 'password' },
          409,
          'email_taken',
          ['email email_taken', 'password password_too_common'],
        ],
        [
          { email: 'no address', password: SHORT },
          422,
          'invalid_field',
          ['email invalid_field', 'password password_too_short'],
        ],
        [
          { username, email: 'no address' },
          422,
          'invalid_field',
          ['email invalid_field', 'username username_taken'],
        ],
        [
          { username, confirm_password: OTHER_PASSWORD },
          422,
          'passwords_do_not_match',
          ['confirm_password passwords_do_not_match', 'username username_taken'],
        ],
        [
          { username: '', email: 'no address', password: SHORT, confirm_password: OTHER_PASSWORD },
          422,
          'invalid_field',
          [
            'username missing_fields',
            'email invalid_field',
            'password password_too_short',
            'confirm_password passwords_do_not_match',
          ],
        ],
        [
          { username: '', password: SHORT },
          422,
          'missing_fields',
          ['username missing_fields', 'password password_too_short'],
        ],
      ];
      const { inputs } = await counted(async () => {
        for (const [fields, status, code, faults] of cases)
          expectFaults(await register(fields), status, code, faults);
      });
      expect(inputs).toEqual([]);
      expect(await host.rows.count('sso_user')).toBe(users);
    });

    it('are all said on the page and in the message, in one language', async () => {
      const { username } = await taken();
      const fields = { username, password: SHORT, confirm_password: SHORT };
      const visitor = host.visitor(client);
      const answer = await visitor.submit('/register', fields, { 'accept-language': 'de' });
      expect(answer.message).toMatch(/vergeben.*mindestens 8 Zeichen/s);
      expect(answer.message).not.toMatch(/taken|least/);
    });

    async function changing(): Promise<{ visitor: Visitor; username: string }> {
      const person = await host.people.person();
      const first = await host.people.signIn(person, client);
      await first.changePassword(PASSWORD, OTHER_PASSWORD);
      const visitor = await host.people.signIn({ ...person, password: OTHER_PASSWORD }, client);
      return { visitor, username: person.username };
    }

    it('of a change are told with a wrong old password, which comes first', async () => {
      const { visitor, username } = await changing();
      expectFaults(await visitor.changePassword('not this one', SHORT), 422, 'incorrect_password', [
        'old_password incorrect_password',
        'new_password password_too_short',
      ]);
      const own = await visitor.changePassword('not this one', `${username}!`);
      expectFaults(own, 422, 'incorrect_password', [
        'old_password incorrect_password',
        'new_password password_contains_identity',
      ]);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('of a change tell nothing of present and former passwords without the old one', async () => {
      const { visitor } = await changing();
      for (const guess of [OTHER_PASSWORD, PASSWORD, 'not this one']) {
        const answer = await visitor.changePassword('not this one', guess);
        expectFaults(answer, 422, 'incorrect_password', ['old_password incorrect_password']);
      }
      const mismatch = await visitor.changePassword('not this one', OTHER_PASSWORD, PASSWORD);
      expectFaults(mismatch, 422, 'passwords_do_not_match', ['confirm_new_password passwords_do_not_match']);
    });

    it('of a change are told where the two new passwords differ, and nothing is hashed', async () => {
      const { visitor, username } = await changing();
      const { inputs, result } = await counted(async () => [
        await visitor.changePassword('not this one', SHORT, THIRD_PASSWORD),
        await visitor.changePassword('', `${username}!`, THIRD_PASSWORD),
      ]);
      const [answer, own] = result;
      if (!answer || !own) throw new Error('There are two answers.');
      expectFaults(answer, 422, 'passwords_do_not_match', [
        'confirm_new_password passwords_do_not_match',
        'new_password password_too_short',
      ]);
      expectFaults(own, 422, 'missing_fields', [
        'old_password missing_fields',
        'confirm_new_password passwords_do_not_match',
        'new_password password_contains_identity',
      ]);
      expect(inputs).toEqual([]);
    });

    it('of a user whom a super-user makes are told in one answer', async () => {
      const admin = await host.people.signIn(await host.people.superUser(), client);
      const { username, email } = await taken();
      const token = client === 'form' ? await admin.token('/users/new') : {};
      const make = (fields: Fields): Promise<Answer> =>
        client === 'form'
          ? admin.post('/users', { ...fields, ...token })
          : admin.api('POST', '/users', fields);
      expectFaults(await make({ username, email, password: SHORT }), 409, 'username_taken', [
        'username username_taken',
        'email email_taken',
        'password password_too_short',
      ]);
      expectFaults(await make({ username, email: 'no address', password: SHORT }), 422, 'invalid_field', [
        'email invalid_field',
        'username username_taken',
        'password password_too_short',
      ]);
      const { id } = await host.people.person();
      const fields = { new_password: SHORT, password_expiry: 0, ...token };
      const set =
        client === 'form'
          ? await admin.post(`/users/${id}/password`, fields)
          : await admin.api('POST', `/users/${id}/password`, fields);
      expectFaults(set, 422, 'invalid_field', [
        'password_expiry invalid_field',
        'new_password password_too_short',
      ]);
    });
  });

  it('have in code the class of the first', async () => {
    const { username, email } = await host.people.person();
    const { service } = host;
    const both = await service
      .signUp({ username, email, password: SHORT }, {})
      .catch((error: unknown) => error);
    expect(both).toBeInstanceOf(UsernameTakenException);
    expect(both).toMatchObject({
      code: 'username_taken',
      errors: [{ code: 'username_taken' }, { code: 'email_taken' }, { code: 'password_too_short' }],
    });
    const address = service.createUser(
      { username: freshUsername(), email, password: SHORT },
      host.people.caller,
    );
    await expect(address).rejects.toBeInstanceOf(EmailTakenException);
    const wrong = service.signUp({ username, email: 'no address', password: SHORT }, {});
    await expect(wrong).rejects.toBeInstanceOf(InvalidFieldException);
  });

  it('tell strangers nothing of what only super-users may ask', async () => {
    const { username } = await host.people.person();
    const { token } = await host.service.login({ username, password: PASSWORD }, {});
    const other = await host.people.person();
    const input = { username: other.username, email: 'no address', password: SHORT };
    await expect(host.service.createUser(input, { token })).rejects.toMatchObject({
      code: 'invalid_field',
      errors: [{ field: 'email' }],
    });
  });
});

describe.each(clients)('several faults of a registration behind throttling, by %s,', (client) => {
  const host = hosted({
    options: { throttle: { registrationsPerAddress: { attempts: 3, window: '1h' } } },
  });

  it('tell of names that are taken only until the limit', async () => {
    const { username, email } = await host.people.person();
    const fields = { username, email, password: SHORT, confirm_password: OTHER_PASSWORD };
    for (let round = 0; round < 3; round += 1) {
      expectFaults(await host.visitor(client).register(fields), 422, 'passwords_do_not_match', [
        'confirm_password passwords_do_not_match',
        'username username_taken',
        'email email_taken',
        'password password_too_short',
      ]);
    }
    expectFaults(await host.visitor(client).register(fields), 422, 'passwords_do_not_match', [
      'confirm_password passwords_do_not_match',
    ]);
  });
});

describe.each(clients)('several faults of a registration with a captcha, by %s,', (client) => {
  const asked: string[] = [];
  const captcha = {
    name: 'Riddle',
    field: 'riddle',
    siteKey: 'site',
    widgetClass: 'riddle',
    scriptUrl: 'https://riddle.example/riddle.js',
    sources: {},
    verify: async (token: string) => asked.push(token) > 0,
  };
  const host = hosted({ options: { register: { captcha } } });

  it('cost no solved captcha, and so tell of no name that is taken', async () => {
    const { username, email } = await host.people.person();
    const fields = { username, email, password: SHORT, confirm_password: OTHER_PASSWORD, riddle: 'solved' };
    expectFaults(await host.visitor(client).register(fields), 422, 'passwords_do_not_match', [
      'confirm_password passwords_do_not_match',
      'password password_too_short',
    ]);
    expect(asked).toEqual([]);
    const told = await host.visitor(client).register({ ...fields, confirm_password: SHORT });
    expectFaults(told, 409, 'username_taken', [
      'username username_taken',
      'email email_taken',
      'password password_too_short',
    ]);
    expect(asked).toEqual(['solved']);
    asked.length = 0;
  });
});
