import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectShielded, pages } from '../headers/shield.js';
import { bootError } from '../support/application.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';

const folder = mkdtempSync(join(tmpdir(), 'sso-template-'));
const templatePath = join(folder, 'own.hbs');
writeFileSync(
  templatePath,
  `<title>Ours</title><form method="post" action="{{action}}">
     <input type="hidden" name="csrf_token" value="{{csrfToken}}"><b role="alert">{{alert}}</b>
   </form>`,
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a page from the host's own template", () => {
  const host = hosted({ options: { login: { templatePath } } });

  it('works like the bundled one, and replaces no other', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    expect((await visitor.page('/login')).body).toContain('<title>Ours</title>');
    expectRefused(await visitor.login({ username, password: 'wrong' }), 401, 'invalid_credentials');
    expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
    expect((await visitor.page('/logout')).body).not.toContain('<title>Ours</title>');
  });

  it('has to be there when the application starts', async () => {
    const missing = join(folder, 'missing.hbs');
    const { message } = await bootError({ options: { register: { templatePath: missing } } });
    expect(message).toContain(missing);
  });
});

describe("the host's own icon", () => {
  const host = hosted({ options: { icon: '/favicon.ico', routePrefix: 'auth' } });

  it('is the one that every page names', async () => {
    const visitor = host.visitor('form');
    for (const path of ['/auth/login', '/auth/register', '/auth/logout']) {
      const { body } = await visitor.page(path);
      expect(body).toContain('<link rel="icon" href="/favicon.ico">');
      expect(body).not.toContain('icon.svg');
    }
  });
});

describe("the host's own layout", () => {
  const views = fileURLToPath(new URL('../../sample/views/auth/', import.meta.url));
  const host = hosted({
    options: {
      layoutPath: join(views, 'layout.hbs'),
      login: { templatePath: join(views, 'login.hbs') },
      messages: { en: { 'own.welcome': 'Welcome back', 'own.home': 'Back to the sample' } },
    },
  });

  it('is around every page, ours and the host’s', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    for (const path of pages) {
      const answer = await visitor.page(path);
      expectShielded(answer);
      expect(answer.body).toContain('<a href="/">Back to the sample</a>');
      expect(answer.body).toContain('<form method="post"');
      expect(answer.body.includes('<h1>Welcome back</h1>')).toBe(path === '/login');
      expect(answer.body.includes('/page.js')).toBe(path !== '/logout');
    }
  });

  it('says what is wrong and what has been done', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    expectRefused(await visitor.login({ username, password: 'wrong' }), 401, 'invalid_credentials');
    expectRefused(await visitor.register({ username }), 422, 'missing_fields', [
      'confirm_password',
      'password',
      'username',
    ]);
    await visitor.login({ username, password: PASSWORD });
    await visitor.logout();
    expect((await visitor.page('/login')).body).toContain('You have been logged out.');
  });

  it('has a place for the page', async () => {
    const path = join(folder, 'layout.hbs');
    writeFileSync(path, '<main>{{title}}</main>');
    const { message } = await bootError({ options: { layoutPath: path } });
    expect(message).toBe(
      `layoutPath: "${path}" has no {{> @partial-block}}, where the page itself is inserted.`,
    );
    expect((await bootError({ options: { layoutPath: 'layout.hbs' } })).message).toMatch(
      /^layoutPath must be an absolute path/,
    );
  });
});

describe("the host's own colours", () => {
  const styles = {
    backgroundColor: '#010101',
    foregroundColor: '#020202',
    textColor: '#030303',
    errorTextColor: '#040404',
    buttonColor: '#050505',
    buttonTextColor: '#060606',
    linkColor: '#070707',
    borderColor: '#080808',
  };
  const host = hosted({ options: { styles } });

  it('are the custom properties of the style sheet', async () => {
    const { body } = await host.visitor().get('/styles.css', 'text/css');
    for (const [name, value] of Object.entries(styles)) {
      const property = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      expect(body).toMatch(new RegExp(`${property}:\\s*${value}`));
    }
  });

  it('are colours, and nothing that breaks out of them', async () => {
    const { message } = await bootError({ options: { styles: { textColor: 'red} body{display:none' } } });
    expect(message).toMatch(/textColor/);
  });
});
