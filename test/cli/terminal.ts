import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { environment, program } from './program.js';

/** What is waited for on the screen, and what is then typed. */
export type Step = [shown: string, typed: string];

/** Runs the program on a terminal of its own, and types; `raw` has what steers the terminal too. Needs `script` of util-linux, which every Debian has. */
export async function onTerminal(
  args: string[],
  steps: Step[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; screen: string; raw: string }> {
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: environment(env),
  });
  let screen = '';
  let seen = 0;
  const left = [...steps];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [next] = left;
    if (!next) return;
    const at = screen.indexOf(next[0], seen);
    if (at < 0) return;
    seen = at + next[0].length;
    left.shift();
    child.stdin.write(next[1]);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.end();
  if (left.length > 0) throw new Error(`"${left[0]?.[0]}" was never shown: ${screen}`);
  return { code, screen: stripVTControlCharacters(screen), raw: screen };
}
