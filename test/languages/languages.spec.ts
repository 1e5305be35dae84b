import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import { expectRefused } from '../support/expectations.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { bootError } from '../support/application.js';
import { textOf } from '../support/page.js';
import { clients, HTML, JSON_TYPE, type Answer, type Visitor } from '../support/visitor.js';

const AS_JSON = { accept: JSON_TYPE, 'content-type': JSON_TYPE };

function inLanguage(language: string, visitor: Visitor, path: string, accept = HTML): Promise<Answer> {
  return visitor.send('GET', path, { headers: { accept, 'accept-language': language } });
}

const titleOf = ({ body }: Answer): string => textOf(/<title>(.*?)<\/title>/s.exec(body)?.[1] ?? '');

describe('the language of an answer', () => {
  const host = hosted({
    options: {
      login: {
        hooks: {
          preLogin: ({ username }) => (username === 'banned' ? 'Not on a Sunday.' : undefined),
        },
      },
    },
  });

  it.each([
    [undefined, 'en', 'Log in'],
    ['', 'en', 'Log in'],
    ['*', 'en', 'Log in'],
    ['de', 'de', 'Anmelden'],
    ['pl', 'pl', 'Logowanie'],
    ['es', 'es', 'Iniciar sesión'],
    ['fr', 'fr', 'Se connecter'],
    ['ja', 'ja', 'ログイン'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de', 'Anmelden'],
    ['en-GB,de;q=0.9', 'en', 'Log in'],
    ['en;q=0.5, FR-ca;q=0.7, de;q=0.6', 'fr', 'Se connecter'],
    ['nl, zh-Hant;q=0.9', 'en', 'Log in'],
    ['nl, ja;q=0.1', 'ja', 'ログイン'],
    ['de;q=0, *', 'en', 'Log in'],
  ])('is what the browser likes best of those that are there: %s', async (header, language, title) => {
    const answer = await host.visitor().send('GET', '/login', {
      headers: { accept: HTML, ...(header === undefined ? {} : { 'accept-language': header }) },
    });
    expect(answer.body).toContain(`<html lang="${language}">`);
    expect(answer.headers['content-language']).toBe(language);
    expect(titleOf(answer)).toBe(title);
    expect(answer.headers.vary).toMatch(/^Cookie$/i);
  });

  it('is English for whatever is no language', async () => {
    for (const header of [
      ';;;',
      'q=1',
      ',,,',
      'constructor, __proto__',
      '../../en',
      '<script>',
      'own.x',
      'x'.repeat(8000),
      Array.from({ length: 1500 }, (_, index) => `a${index}`).join(),
    ]) {
      const answer = await inLanguage(header, host.visitor(), '/login');
      expect([answer.status, titleOf(answer)]).toEqual([200, 'Log in']);
    }
  });

  it.each(['/login', '/logout', '/register', '/change-password'])(
    'is that of the whole page %s, error included',
    async (path) => {
      const visitor = await host.people.signIn(await host.people.person(), 'form');
      const page = await inLanguage('de', visitor, path);
      const refused = await visitor.post(path, {}, { 'accept-language': 'de' });
      expect([page.status, refused.status]).toEqual([200, 403]);
      for (const { body, headers } of [page, refused]) {
        expect(headers['content-language']).toBe('de');
        expect(body).toContain('<html lang="de">');
        expect(textOf(body)).not.toMatch(/\b(password|your|please|account|log|error)\b/i);
      }
      expect(titleOf(refused)).toMatch(/^Fehler: /);
      expect(refused.message).toMatch(/^Dieses Formular ist abgelaufen/);
    },
  );

  it('changes no code, status or field of an error', async () => {
    const sent = { username: freshUsername(), password: 'ab', confirm_password: 'ab', nick: 'x' };
    const answers = await Promise.all(
      ['en', 'ja'].map((language) =>
        host.visitor().api('POST', '/register', sent, { 'accept-language': language }),
      ),
    );
    const [english, japanese] = answers.map(({ status, json }) => ({
      status,
      code: json.code,
      errors: json.errors?.map(({ field, code }) => ({ field, code })),
    }));
    expect(japanese).toEqual(english);
    expect(answers[0]?.json.message).toBe(
      'nick is not a known field. The password must have at least 8 characters.',
    );
    expect(answers[1]?.json.message).toBe('nick は不明な項目です。 パスワードは 8 文字以上にしてください。');
    expect(answers[1]?.headers['content-language']).toBe('ja');
  });

  it('is that of every broken rule, and of the message that puts them together', async () => {
    const sent = { username: 'abcde', password: 'abcde', confirm_password: 'abcde' };
    const { json } = await host.visitor().api('POST', '/register', sent, { 'accept-language': 'pl' });
    expect(json).toEqual({
      statusCode: 422,
      code: 'password_too_short',
      message:
        'Hasło jest za krótkie. Minimalna liczba znaków: 8. Hasło nie może zawierać nazwy użytkownika.',
      errors: [
        {
          field: 'password',
          code: 'password_too_short',
          message: 'Hasło jest za krótkie. Minimalna liczba znaków: 8.',
        },
        {
          field: 'password',
          code: 'password_contains_identity',
          message: 'Hasło nie może zawierać nazwy użytkownika.',
        },
      ],
    });
  });

  it('calls a field by its label on the page, and by its name in JSON', async () => {
    const page = await host.visitor('form').submit('/register', { username: 'zoe' });
    expect(page.status).toBe(422);
    expect(page.message).toBe(
      'Please fill in all required fields. Password is required. Confirm password is required.',
    );
    const german = await host.visitor('form').submit('/register', {}, { 'accept-language': 'de' });
    expect(german.message).toBe(
      'Bitte füllen Sie alle Pflichtfelder aus. Benutzername ist erforderlich. ' +
        'Passwort ist erforderlich. Passwort bestätigen ist erforderlich.',
    );
    const { json } = await host.visitor().api('POST', '/register', {}, { 'accept-language': 'de' });
    expect(json.errors?.map(({ message }) => message)).toContain('confirm_password ist erforderlich.');
  });

  it('fills in what a rule was given', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    for (const [path, message] of [
      ['/users?page=0', 'page muss mindestens 1 sein.'],
      ['/users?page_size=101', 'page_size darf höchstens 100 sein.'],
      [`/users?q=${'x'.repeat(256)}`, 'q darf höchstens 255 Zeichen haben.'],
      [
        '/users?approval_status=x',
        'approval_status muss einen dieser Werte haben: approved, rejected, before_decision.',
      ],
    ] as const) {
      const { json } = await inLanguage('de', admin, path, JSON_TYPE);
      expect(json.message).toBe(message);
    }
  });

  it('is English, to the letter, for a client that asks for none', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    for (const [path, message] of [
      ['/users?page=0', 'page must be at least 1.'],
      ['/users?page_size=101', 'page_size must be at most 100.'],
      [`/users?q=${'x'.repeat(256)}`, 'q must have at most 255 characters.'],
      ['/users?locked=x', 'locked must be true or false.'],
      ['/users?sign_up_status=x', 'sign_up_status must be one of these values: before_confirmation, final.'],
    ] as const) {
      expect((await admin.get(path)).json.message).toBe(message);
    }
    const invited = await admin.api('POST', '/users', { username: 'zoe', password_expiry: 1.5 });
    expect(invited.json.message).toBe('password_expiry must be a whole number.');
    const { json } = await host.visitor().login({ username: 5, password: 'x' });
    expect(json.errors).toEqual([
      { field: 'username', code: 'invalid_field', message: 'username must be a string.' },
    ]);
    const missing = await host.visitor().login({ username: 'x' });
    expect(missing.json).toEqual({
      statusCode: 422,
      code: 'missing_fields',
      message: 'Please fill in all required fields.',
      errors: [{ field: 'password', code: 'missing_fields', message: 'password is required.' }],
    });
  });

  it.each(clients)('leaves the words of a hook as they are: %s', async (client) => {
    const answer = await host
      .visitor(client)
      .submit('/login', { username: 'banned', password: PASSWORD }, { 'accept-language': 'de' });
    expectRefused(answer, 401, 'rejected_by_hook');
    expect(answer.message).toBe('Not on a Sunday.');
  });

  it('is that of what the body parser refuses, and of the routes behind our guards', async () => {
    const headers = { ...AS_JSON, 'accept-language': 'es' };
    const broken = await host.visitor().send('POST', '/login', { headers, body: '{' });
    expect([broken.json.code, broken.json.message]).toEqual([
      'malformed_body',
      'No se ha podido leer el contenido de la petición.',
    ]);
    const refused = await inLanguage('es', host.visitor(), '/private', JSON_TYPE);
    expect([refused.json.code, refused.json.message]).toEqual([
      'not_authenticated',
      'Primero inicie sesión.',
    ]);
    expect(refused.headers['content-language']).toBe('es');
  });

  it('is English in what is thrown to code', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const caller = { token: visitor.cookies.get('id') };
    await expect(
      host.service.changePassword({ oldPassword: 'wrong', newPassword: OTHER_PASSWORD }, caller),
    ).rejects.toMatchObject({ message: 'The current password is incorrect.' });
    expect(await host.service.validatePassword('abc', {})).toEqual([
      { code: 'password_too_short', message: 'The password must have at least 8 characters.' },
    ]);
  });

  it('takes no text that is sent for the name of one', async () => {
    const visitor = host.visitor('form');
    const { body } = await visitor.submit('/login', {
      username: 'login.title {user} {{t "login.title"}}',
      password: 'x',
      next: '/own.x',
    });
    expect(body).toContain('value="login.title {user} {{t &quot;login.title&quot;}}"');
    const { json } = await host
      .visitor()
      .api('POST', '/login', { 'error.csrf_failed': 1, '{field}': 1, username: 'a', password: 'b' });
    expect(json.errors?.map(({ message }) => message)).toEqual([
      'error.csrf_failed is not a known field.',
      '{field} is not a known field.',
    ]);
  });
});

describe('one language for everybody', () => {
  const host = hosted({ options: { language: 'fr' } });

  it('is spoken whatever the browser asks for', async () => {
    const page = await inLanguage('de, en;q=0.5', host.visitor(), '/login');
    expect(page.body).toContain('<html lang="fr">');
    expect(page.headers['content-language']).toBe('fr');
    const { json } = await host.visitor().login({ username: 'nobody', password: PASSWORD });
    expect(json.message).toBe('Le nom d’utilisateur ou le mot de passe est incorrect.');
  });
});

describe("the host's texts", () => {
  const host = hosted({
    options: {
      messages: {
        en: { 'login.title': 'Welcome <back>', 'error.invalid_credentials': 'No.' },
        nl: { 'login.title': 'Inloggen' },
        'ar-EG': { 'layout.direction': 'rtl', 'login.title': 'تسجيل الدخول' },
      },
    },
  });

  it('are shown in place of ours, as text', async () => {
    const page = await host.visitor('form').page('/login');
    expect(page.body).toContain('<h1>Welcome &lt;back&gt;</h1>');
    const { json } = await host.visitor().login({ username: 'nobody', password: PASSWORD });
    expect([json.code, json.message]).toEqual(['invalid_credentials', 'No.']);
    await expect(
      host.service.login({ username: 'nobody', password: PASSWORD }, host.people.caller),
    ).rejects.toThrow('The username or password is incorrect.');
  });

  it('bring a language of their own, from right to left if it is', async () => {
    expect((await inLanguage('nl', host.visitor(), '/login')).body).toContain('<html lang="nl">');
    const arabic = await inLanguage('ar', host.visitor(), '/login');
    expect(arabic.body).toContain('<html lang="ar-EG" dir="rtl">');
    expect(arabic.headers['content-language']).toBe('ar-EG');
    expect(titleOf(arabic)).toBe('تسجيل الدخول');
    expect(textOf(arabic.body)).toContain('Username');
  });

  it('with a mistake in them stop the start', async () => {
    const error = await bootError({
      options: { messages: { en: { ['login.titel' as 'login.title']: 'x' } } },
    });
    expect(error.message).toContain('messages.en: the text "login.titel" does not exist.');
  });
});
