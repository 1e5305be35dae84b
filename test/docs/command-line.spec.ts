import { describe, expect, it } from 'vitest';
import { COMMON } from '../../src/cli/arguments.js';
import { commands } from '../../src/cli/commands.js';
import { Exit } from '../../src/cli/errors.js';
import { linesOf } from '../../src/cli/json-lines.js';
import { PasswordOptions } from '../../src/password/password.options.js';
import { PasswordService } from '../../src/password/password.service.js';
import { blocksOf, textOf } from './pages.js';

const text = textOf('docs/command-line.md');

describe('docs/command-line.md', () => {
  it('has every command and every option, and no others', () => {
    const options = commands.flatMap((command) => Object.entries({ ...COMMON, ...command.options }));
    const spelled = options.map(([name, { negative }]) => `--${negative ? '[no-]' : ''}${name}`);
    const said = [...text.matchAll(/--(?:\[no-\])?[a-z]+(?:-[a-z]+)*/g)].map(([option]) => option);
    expect(new Set(said.map(positive))).toEqual(new Set(spelled.map(positive)));
    for (const { name } of commands) expect(text).toMatch(new RegExp(`^\\| .*\`${name}\\b.*\\|`, 'm'));
  });

  it('calls commands that there are', () => {
    const calls = blocksOf(text).flatMap(({ language, code }) =>
      language === 'sh' ? [...code.matchAll(/^npx nestjs-session-auth (\S+)/gm)].map(([, name]) => name) : [],
    );
    expect(calls).toContain('import');
    expect(calls.filter((name) => name !== '--help' && !commands.some((one) => one.name === name))).toEqual(
      [],
    );
  });

  it('has every exit code', () => {
    const codes = [...text.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(Exit));
  });

  it('shows lines that can be imported as they stand', async () => {
    const [block] = blocksOf(text).filter(({ language }) => language === 'jsonl');
    const file = (async function* () {
      yield Buffer.from(String(block?.code));
    })();
    const users: { password_hash: string }[] = [];
    for await (const { lines } of linesOf(file))
      users.push(...lines.map((line) => JSON.parse(`${line.text}`)));
    expect(users).toHaveLength(2);
    const passwords = new PasswordService(new PasswordOptions());
    for (const user of users) expect(await passwords.problemOf(user.password_hash)).toBeNull();
  });
});

/** Where the page names an option in passing, it need not say that it has a negative. */
function positive(option: string): string {
  return option.replace(/^--(?:\[no-\]|no-)/, '--');
}
