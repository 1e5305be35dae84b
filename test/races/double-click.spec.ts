import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { noticeIn } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { boardOf, generatedIn } from '../users/board.js';
import { FORM_TYPE, HTML, type Answer, type Fields, urlencoded, type Visitor } from '../support/visitor.js';

const change = {
  old_password: PASSWORD,
  new_password: OTHER_PASSWORD,
  confirm_new_password: OTHER_PASSWORD,
};

/** The second click of a double click: the browser has not read the first answer yet. */
type Second = (visitor: Visitor, path: string, fields: Fields) => Promise<Answer[]>;

const seconds: [string, Second][] = [
  [
    'before the first is done',
    (visitor, path, fields) => Promise.all([visitor.post(path, fields), visitor.twin().post(path, fields)]),
  ],
  [
    'after the first is done',
    async (visitor, path, fields) => {
      const twin = visitor.twin('form');
      return [await visitor.post(path, fields), await twin.post(path, fields)];
    },
  ],
  [
    'when the browser has given the first up',
    async (visitor, path, fields) => {
      const twin = visitor.twin('form');
      const first = new AbortController();
      const given = fetch(`${visitor.url}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          accept: HTML,
          'content-type': FORM_TYPE,
          cookie: visitor.cookies.header(),
          origin: visitor.url,
        },
        body: urlencoded(fields),
        signal: first.signal,
      }).catch(() => undefined);
      const answer = twin.post(path, fields);
      first.abort();
      await given;
      return [await answer];
    },
  ],
];

describe.each(databases)('a double click on $name', (database) => {
  const host = hosted({ database });
  const keeping = hosted({ database, options: { changePassword: { keepCurrentSession: true } } });

  describe.each(seconds)('whose second comes %s', (_, twice) => {
    it('registers once, and shows the success', async () => {
      const username = freshUsername();
      const visitor = host.visitor('form');
      const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
      const answers = await twice(visitor, '/register', { ...fields, ...(await visitor.token('/register')) });
      for (const answer of answers) {
        expectDone(answer, { to: '/login' });
        expect(answer.setCookies.map(({ name, value }) => [name, value])).toContainEqual([
          'notice',
          'registered',
        ]);
      }
      expect(await host.rows.count('sso_user', { username })).toBe(1);
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    });

    it('changes the password once, and shows the success', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, 'form');
      const fields = { ...change, ...(await visitor.token('/change-password')) };
      for (const answer of await twice(visitor, '/change-password?next=/private', fields)) {
        expectDone(answer, { to: '/login?next=%2Fprivate' });
      }
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
      const changes = await host.rows.all('sso_audit_event', {
        action: 'password.change',
        target: person.id,
      });
      expect(changes.filter(({ outcome }) => outcome === 'success')).toHaveLength(1);
    });

    it('leaves the person signed in where the session is kept', async () => {
      const person = await keeping.people.person();
      const visitor = await keeping.people.signIn(person, 'form');
      const fields = { ...change, ...(await visitor.token('/change-password')) };
      const answers = await twice(visitor, '/change-password', fields);
      for (const answer of answers) {
        expectDone(answer, { to: '/' });
        const browser = keeping.visitor('form');
        for (const { name, value } of answer.setCookies) browser.cookies.put(name, value);
        expect(await browser.isSignedIn()).toBe(true);
        expect(noticeIn((await browser.page('/change-password')).body)).toMatch(/password/i);
      }
    });
  });

  it.each(seconds)('whose second comes %s creates one user, whose password is shown', async (_, twice) => {
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    const username = freshUsername();
    const answers = await twice(admin, '/users', { username, ...(await admin.token('/users/new')) });
    const [row] = await host.rows.all('sso_user', { username });
    for (const answer of answers) {
      expectDone(answer, { to: `/users/${String(row?.id)}/password/generate` });
      const browser = admin.twin('form');
      for (const { name, value } of answer.setCookies) browser.cookies.put(name, value);
      const password = generatedIn(await browser.page(answer.location ?? ''));
      expect(password).not.toBe('');
      expect((await host.visitor().login({ username, password })).json.code).toBe('account_not_approved');
    }
  });

  it.each(seconds)('whose second comes %s shows the password that counts', async (_, twice) => {
    const { admin, own, person } = await boardOf(host);
    const form = await admin.token('/users/new');
    const answers = await twice(admin, `${own}/password/generate`, form);
    for (const answer of answers) expectDone(answer, { to: `${own}/password/generate` });
    // A browser keeps the cookies of both, in whichever order they come.
    const shown = await Promise.all(
      answers.map(async ({ setCookies }) => {
        const browser = admin.twin('form');
        for (const { name, value } of setCookies) browser.cookies.put(name, value);
        return generatedIn(await browser.page(`${own}/password/generate`));
      }),
    );
    const passwords = [...new Set(shown.filter((text) => text !== ''))];
    expect(passwords).toHaveLength(1);
    const login = { username: person.username, password: passwords[0] };
    expect((await host.visitor().login(login)).status).toBe(200);
  });

  it('is none where the forms differ', async () => {
    const username = freshUsername();
    const visitor = host.visitor('form');
    const token = await visitor.token('/register');
    const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
    expectDone(await visitor.post('/register', { ...fields, ...token }), { to: '/login' });
    const other = { username, password: OTHER_PASSWORD, confirm_password: OTHER_PASSWORD, ...token };
    expectRefused(await visitor.post('/register', other), 409, 'username_taken');
  });

  it('is none where another browser sends the form, whatever it knows', async () => {
    const username = freshUsername();
    const visitor = host.visitor('form');
    const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
    const form = { ...fields, ...(await visitor.token('/register')) };
    expectDone(await visitor.post('/register', form), { to: '/login' });
    expectRefused(await host.visitor('form').post('/register', form), 403, 'csrf_failed');
    expectRefused(await host.visitor('form').submit('/register', fields), 409, 'username_taken');
    expectRefused(await host.visitor('json').submit('/register', fields), 409, 'username_taken');
  });

  it('is refused as it was where the first was refused', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    const wrong = { ...change, old_password: THIRD_PASSWORD, ...(await visitor.token('/change-password')) };
    const answers = await Promise.all([1, 2].map(() => visitor.post('/change-password', wrong)));
    for (const answer of answers) expectRefused(answer, 422, 'incorrect_password');
    expectDone(await visitor.post('/change-password', { ...wrong, old_password: PASSWORD }), {
      to: '/login',
    });
  });
});
