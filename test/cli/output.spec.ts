import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { piccolo } from '../support/foreign-hashes.js';
import { PASSWORD } from '../support/people.js';
import { call, CHEAP, type Ending, environment, jsonOf, PATIENCE, program } from './program.js';

// Its descriptor 4 writes to a pipe that nobody reads any more, as `… | head` leaves it.
const UNREAD = 'rm -f pipe; mkfifo pipe; exec 3<>pipe 4>pipe 3>&-;';

describe('output that cannot be written', PATIENCE, () => {
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    url = `sqlite:${join(folder, 'app.sqlite')}`;
    await directly(['migrate']);
    await directly(['create-superuser', 'boss', '--random-password', ...CHEAP]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const directly = (args: string[]): Promise<Ending> => call(args, { env: { DATABASE_URL: url } });

  /** Runs a line of a shell, in which `$CLI` is the program. */
  async function shell(line: string): Promise<Ending> {
    const env = environment({ DATABASE_URL: url, CLI: `${process.execPath} ${program}` });
    const child = spawn('sh', ['-c', line], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
    return { code, stdout, stderr };
  }

  async function usersTo(file: string, lines: readonly string[]): Promise<string> {
    await writeFile(join(folder, file), lines.join('\n'));
    return file;
  }

  it.each(['--version', 'migrate', 'list --json', 'unlock boss', 'import /dev/null'])(
    'has an exit code of its own after %s on a full disk',
    async (args) => {
      const ending = await shell(`$CLI ${args} >/dev/full`);
      expect(ending).toMatchObject({ code: 5, stdout: '' });
      expect(ending.stderr).toMatch(/^output_failed: .*: ENOSPC: .*\. The command itself succeeded\.\n$/);
    },
  );

  it.each([
    'create-user zoe --random-password',
    'create-superuser zed --random-password --json',
    'reset-password boss',
    'reset-password boss --json',
  ])('says after %s what to do about a password that nobody has seen', async (args) => {
    const lost = /^output_failed: .* could not be shown\. Set another one with reset-password\.\n$/;
    const full = await shell(`$CLI ${args} ${CHEAP.join(' ')} >/dev/full`);
    expect(full).toEqual({ code: 5, stdout: '', stderr: expect.stringMatching(lost) });
  });

  it('says so too when the reader of the password has gone', async () => {
    const { code, stderr } = await shell(`${UNREAD} $CLI reset-password boss ${CHEAP.join(' ')} >&4`);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('EPIPE') });
  });

  it('is no error where a reader has seen enough, and the exit code still tells how the command went', async () => {
    expect(await shell(`${UNREAD} $CLI list >&4`)).toEqual({ code: 0, stdout: '', stderr: '' });
    const file = await usersTo('bad.jsonl', ['?']);
    expect((await shell(`${UNREAD} $CLI import ${file} >&4`)).code).toBe(1);
  });

  it('is told where the end of a text no longer fits on the disk', async () => {
    const cut = await shell('ulimit -f 1; $CLI --help >help.txt');
    expect(cut).toEqual({ code: 5, stdout: '', stderr: expect.stringMatching(/^output_failed: .*EFBIG/) });
    const { length } = await readFile(join(folder, 'help.txt'));
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan((await directly(['--help'])).stdout.length);
  });

  it('does not end an import in the middle when nobody reads about bad lines', async () => {
    const hash = await piccolo.make(PASSWORD);
    const bad = Array.from({ length: 5000 }, (_, index) => `{"username":"bad name ${index}"}`);
    const good = Array.from({ length: 20 }, (_, index) =>
      JSON.stringify({ username: `mover-${index}`, password_hash: hash }),
    );
    const file = await usersTo('mixed.jsonl', [...bad, ...good]);
    const ending = await shell(`${UNREAD} $CLI import ${file} --json 2>&4`);
    expect(ending.code).toBe(1);
    expect(jsonOf(ending)).toMatchObject({ imported: 20, skipped: 0 });
  });
});
