import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { type FreshDatabase, sqlite } from '../support/databases.js';
import { piccolo } from '../support/foreign-hashes.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { CHEAP, execute, PATIENCE } from './program.js';
import { onTerminal, type Step } from './terminal.js';

const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

describe('the command line at a terminal', PATIENCE, () => {
  let fresh: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    fresh = await sqlite.create(true);
    host = await boot({ fresh });
  });
  afterAll(async () => {
    await host?.close();
    await fresh?.drop();
  });

  const type = (args: string[], ...steps: Step[]) =>
    onTerminal([...args, ...CHEAP], steps, { DATABASE_URL: fresh.url });

  it('asks for what is missing, and shows the name but never the password', async () => {
    const { code, screen } = await type(
      ['create-superuser'],
      ['Username: ', `boss${ENTER}`],
      ['Password: ', PASSWORD + ENTER],
      ['Repeat the password: ', PASSWORD + ENTER],
    );
    expect(code).toBe(0);
    expect(screen).toContain('Username: boss');
    const created = /Created boss \([0-9a-f-]{36}\)\./;
    expect(screen).toMatch(created);
    // An id holds "42", a word of the password, in one of ten runs.
    const typed = screen.replace(created, '');
    for (const word of PASSWORD.split(' ')) expect(typed).not.toContain(word);
    expect(screen).not.toContain('*');
    expect(await host.people.canLogIn('boss', PASSWORD)).toBe(true);
  });

  it('deletes a user when the user name is typed again, and only then', async () => {
    await host.people.person({ username: 'wim' });
    const question = 'Type the user name wim to delete this user: ';
    const other = await type(['delete', 'WIM'], [question, `y${ENTER}`]);
    expect({ code: other.code, screen: other.screen }).toEqual({
      code: 1,
      screen: expect.stringContaining('not_confirmed: Nothing was deleted.'),
    });
    expect(await host.rows.count('sso_user', { username: 'wim' })).toBe(1);
    expect((await type(['delete', 'WIM'], [question, CTRL_C])).code).toBe(130);
    expect((await type(['delete', 'WIM'], [question, `wim${ENTER}`])).code).toBe(0);
    expect(await host.rows.count('sso_user', { username: 'wim' })).toBe(0);
  });

  it('takes a password that was corrected, and one that was pasted twice at once', async () => {
    const corrected = `${OTHER_PASSWORD}x\u007f${ENTER}`;
    const { code, screen } = await type(['change-password', 'boss'], ['Password: ', corrected + corrected]);
    expect({ code, shown: screen.includes('violin') }).toEqual({ code: 0, shown: false });
    expect(await host.people.canLogIn('boss', OTHER_PASSWORD)).toBe(true);
  });

  it('changes nothing when the second password differs, or there is none', async () => {
    const { code, screen } = await type(
      ['create-user', 'zoe'],
      ['Password: ', PASSWORD + ENTER],
      ['Repeat the password: ', OTHER_PASSWORD + ENTER],
    );
    expect(code).toBe(1);
    expect(screen).toContain('passwords_do_not_match: Passwords do not match.');
    const empty = await type(['create-user', 'zoe'], ['Password: ', ENTER]);
    expect({ code: empty.code, screen: empty.screen }).toEqual({
      code: 1,
      screen: expect.stringContaining('missing_fields'),
    });
    expect(await host.rows.count('sso_user', { username: 'zoe' })).toBe(0);
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
  ])('ends at %s with exit code 130', async (_, key) => {
    const { code, screen } = await type(
      ['create-user', 'zoe'],
      ['Password: ', `quiet${key}`.replace(`quiet${CTRL_D}`, CTRL_D)],
    );
    expect(code).toBe(130);
    expect(screen).toContain('interrupted: Nothing was changed.');
    expect(await host.rows.count('sso_user', { username: 'zoe' })).toBe(0);
  });

  it('takes Ctrl-D before the question for an answer to it', async () => {
    const { code, screen } = await type(['create-user'], ['Username: ', `zoe${ENTER}${CTRL_D}`]);
    expect({ code, screen }).toEqual({
      code: 130,
      screen: expect.stringContaining('interrupted: Nothing was changed.'),
    });
  });

  it('draws how far an import has come, and a pipe is spared that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    try {
      const file = join(folder, 'users.jsonl');
      const hash = await piccolo.make(PASSWORD);
      const users = Array.from({ length: 1000 }, (_, index) =>
        JSON.stringify({ username: `mover-${index}`, password_hash: hash }),
      );
      await writeFile(file, [...users.slice(0, 500), '?', ...users.slice(500)].join('\n'));

      const { code, screen, raw } = await type(['import', file]);
      expect(code).toBe(1);
      expect(screen).toMatch(/\r\[#{20,29}\.{1,10}\] \d\d %, \d{3} users/);
      expect(screen).toContain(`\r[${'#'.repeat(30)}] 100 %, 1000 users`);
      // Other lines stand in the place of the bar, not behind it.
      expect(raw).toContain('\r\u001b[Kline 501: ');
      expect(raw).toContain('\r\u001b[KImported: 1000. ');

      const piped = await execute(['import', file], { env: { DATABASE_URL: fresh.url } });
      expect(piped).toEqual({
        code: 1,
        stdout: 'Imported: 0. Skipped (user name exists): 1000. Refused: 1.\n',
        stderr:
          'line 501: invalid_field: The line is not JSON.\n' +
          'import_incomplete: Lines refused: 1. All others were imported.\n',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('does not read a password from the terminal as if it were piped', async () => {
    const { code, screen } = await type(['create-user', 'zoe', '--password-stdin']);
    expect(code).toBe(2);
    expect(screen).toContain('usage: --password-stdin needs a pipe or a file');
  });
});
