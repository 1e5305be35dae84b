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
      '[refused] Only a super-user may do this. /',
    ]);
    expectRefused(await regular.get('/users'), 403, 'super_user_required');
  });
});

describe('a template that cannot be used', () => {
  it('stops the start, by the name of its option', async () => {
    const wrong: [object, string][] = [
      [{ users: 'users.hbs' }, 'templatePaths.users must be an absolute path'],
      [{ 'create-user': join(folder, 'none.hbs') }, 'templatePaths.create-user: "'],
      [{ user: template('wrong', "{{t 'user.titel'}}") }, 'shows the text "user.titel"'],
      [{ login: template('login', '') }, 'no option templatePaths.login. Did you mean login.templatePath?'],
      [{ people: template('people', '') }, 'no option templatePaths.people. The pages are: login, logout,'],
      [{ create_user: template('people', '') }, 'Did you mean templatePaths.create-user?'],
    ];
    for (const [templatePaths, message] of wrong)
      expect((await bootError({ options: { templatePaths } })).message).toContain(message);
  });
});
