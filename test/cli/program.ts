import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest: { bin: Record<string, string>; version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

export const { version } = manifest;

/** The program as it is published, built. */
export const program = join(root, String(manifest.bin['nestjs-session-auth']));
if (!existsSync(program)) throw new Error('Build the package first: npm run build');

/** A module of some host, beside this file. */
export function host(name: string): string {
  return join(import.meta.dirname, 'hosts', name);
}

/** Hashes that cost next to nothing. */
export const CHEAP = ['--options', host('cheap.mjs')];

/** A process takes a second to start, and many of them on a busy machine. */
export const PATIENCE = { timeout: 120_000 };

export interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Given {
  /** What is piped in; nothing when absent. */
  stdin?: string | Buffer | undefined;
  env?: Record<string, string>;
  /** How Node itself is called. */
  node?: string[];
}

/** Runs the built program in a process of its own, without a terminal. */
export async function execute(
  args: string[],
  { stdin = '', env = {}, node = [] }: Given = {},
): Promise<Ending> {
  const child = spawn(process.execPath, [...node, program, ...args], { env: environment(env) });
  // The program may end before it has read anything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return checked({ code, stdout, stderr });
}

/** The same without the second that a process takes to start. */
export async function call(args: string[], { stdin = '', env = {} }: Given = {}): Promise<Ending> {
  const bytes = typeof stdin === 'string' ? Buffer.from(stdin) : stdin;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(stdout), text(stderr)]);
  const code = await run(args, { stdin: Readable.from([bytes]), stdout, stderr, env });
  stdout.end();
  stderr.end();
  const [out, err] = await printed;
  return checked({ code, stdout: out, stderr: err });
}

export function environment(env: Record<string, string>): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return { ...inherited, NODE_ENV: 'test', ...env };
}

export function jsonOf({ stdout }: Ending): Record<string, unknown> {
  return JSON.parse(stdout);
}

/** No ending shows a stack or a hash. */
function checked(ending: Ending): Ending {
  const secret = /\n +at |\$(?:bcrypt|2b|pbkdf2|argon2)|pbkdf2_/.exec(ending.stdout + ending.stderr);
  if (secret) throw new Error(`The program prints ${secret[0]}: ${JSON.stringify(ending)}`);
  return ending;
}
