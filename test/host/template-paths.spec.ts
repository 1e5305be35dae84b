import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectShielded } from '../headers/shield.js';
import { bootError } from '../support/application.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { textOf } from '../support/page.js';
import { boardOf } from '../users/board.js';

const folder = mkdtempSync(join(tmpdir(), 'sso-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function template(name: string, text: string): string {
  const path = join(folder, `${name}.hbs`);
  writeFileSync(path, `[${name}] ${text}`);
  return path;
}

const person = '{{person.username}} {{person.path}} [{{person.passwordHash}}{{person.usernameKey}}]';

describe('the pages of sessions and users from templates of the host’s', () => {
  const host = hosted({
    options: {
      templatePaths: {
        sessions: template('sessions', '{{#each sessions}}{{device}} {{revoke}} [{{tokenHash}}]{{/each}}'),
        users: template(
          'users',
          '{{total}} {{#each users}}{{username}} {{path}} [{{passwordHash}}]{{/each}}',
        ),
        'create-user': template('create-user', '{{action}} {{values.must_change}}'),
        user: template('user', `${person} {{actions.lock}} {{#each events}}{{action}} {{/each}}`),
        'delete-user': template('delete-user', `${person} {{action}}`),
        'user-password': template('user-password', `${person} {{action}} {{generate}} {{generated}}`),
        audit: template(
          'audit',
          '{{search.user}} {{#each events}}{{user.name}} {{user.path}} {{action}}{{/each}}',
        ),
        refused: template('refused', '{{alert}} {{onward.path}}'),
      },
    },
  });

  it('are given what is documented, and nothing else', async () => {
    const { admin, person: zoe, own } = await boardOf(host);
    const about = `${zoe.username} ${own} []`;
    for (const [path, name, text] of [
      [`/users?q=${zoe.username}`, 'users', `1 ${zoe.username} ${own} []`],
      ['/users/new', 'create-user', '/users true'],
      [`/audit?user=${zoe.id}`, 'audit', `${zoe.id} ${zoe.username} ${own} Created`],
      [own, 'user', `${about} ${own}/lock Created`],
      [`${own}/delete`, 'delete-user', `${about} ${own}/delete`],
      [`${own}/password`, 'user-password', `${about} ${own}/password ${own}/password/generate`],
    ] as const) {
      const page = await admin.page(path);
      expectShielded(page);
      expect(textOf(page.body)).toBe(`[${name}] ${text}`);
    }
    expect(textOf((await admin.page('/sessions')).body)).toMatch(
      /^\[sessions\] Unknown \/sessions\/[\w-]+\/revoke \[\]$/,
    );
    const regular = await host.people.signIn(zoe, 'form');
    const refused = await regular.page('/users');
    expect([refused.status, textOf(refused.body)]).toEqual([
      403,
      '[refused] Only super-users can do this. /',
    ]);
    expectRefused(await regular.get('/users'), 403, 'super_user_required');
  });
});

describe('a template of the login', () => {
  const widget = { siteKey: 'site-1', widgetClass: 'w', scriptUrl: 'https://captcha.example/api.js' };
  const captcha = {
    ...widget,
    name: 'test',
    field: 'token',
    sources: {},
    secretKey: 'a secret key',
    verify: () => Promise.resolve(true),
  };
  const host = hosted({
    options: {
      login: {
        captcha,
        templatePath: template(
          'login',
          '[{{layout}}{{settings.views}}{{values.password}}{{values.csrf_token}}{{password.bcryptRounds}}' +
            '{{captcha.secretKey}}{{captcha.field}}{{user.passwordHash}}{{user.id}}{{body.username}}{{session.id}}' +
            '{{constructor.name}}] {{error.code}} {{values.username}} {{captcha.siteKey}} {{user.username}}',
        ),
      },
    },
  });

  it('sees what is documented, and nothing else of the request, the user and the options', async () => {
    const zoe = await host.people.person();
    const visitor = host.visitor('form');
    const entered = { username: zoe.username, password: zoe.password, token: 'x' };
    expect((await visitor.api('POST', '/login', entered)).status).toBe(200);
    const token = await visitor.token('/logout');
    const fields = { ...token, username: 'nobody', password: 'a wrong password', token: 'x' };
    const answer = await visitor.post('/login', fields);
    expect(answer.status).toBe(401);
    expect(textOf(answer.body)).toBe('[login] [] invalid_credentials nobody site-1');
    expect(textOf((await visitor.page('/login')).body)).toBe(`[login] [] site-1 ${zoe.username}`);
  });
});

describe('a template that cannot be used', () => {
  it('stops the start, by the name of its option', async () => {
    const wrong: [object, string][] = [
      [{ users: 'users.hbs' }, 'templatePaths.users must be an absolute path'],
      [{ 'create-user': join(folder, 'none.hbs') }, 'templatePaths.create-user: "'],
      [{ user: template('wrong', "{{t 'user.titel'}}") }, 'uses the text "user.titel"'],
      [{ login: template('login', '') }, 'no option templatePaths.login. Did you mean login.templatePath?'],
      [{ people: template('people', '') }, 'no option templatePaths.people. The pages are: login, logout,'],
      [{ create_user: template('people', '') }, 'Did you mean templatePaths.create-user?'],
    ];
    for (const [templatePaths, message] of wrong)
      expect((await bootError({ options: { templatePaths } })).message).toContain(message);
  });
});
