import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { type FreshDatabase, sqlite } from '../support/databases.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { CHEAP, PATIENCE } from './program.js';
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
      ['The same again: ', PASSWORD + ENTER],
    );
    expect(code).toBe(0);
    expect(screen).toContain('Username: boss');
    expect(screen).toMatch(/Created boss \([0-9a-f-]{36}\)\./);
    for (const word of PASSWORD.split(' ')) expect(screen).not.toContain(word);
    expect(screen).not.toContain('*');
    expect(await host.people.canLogIn('boss', PASSWORD)).toBe(true);
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
      ['The same again: ', OTHER_PASSWORD + ENTER],
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

  it('does not read a password from the terminal as if it were piped', async () => {
    const { code, screen } = await type(['create-user', 'zoe', '--password-stdin']);
    expect(code).toBe(2);
    expect(screen).toContain('usage: --password-stdin reads a pipe or a file');
  });
});
