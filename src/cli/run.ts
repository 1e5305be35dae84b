import { readFileSync } from 'node:fs';
import { debuglog } from 'node:util';
import { Arguments } from './arguments.js';
import { Call } from './call.js';
import type { Command } from './command.js';
import { commands } from './commands.js';
import { CliError, Exit, messageOf, UsageError } from './errors.js';
import { nearest } from '../messages/nearest.js';
import type { Io } from './io.js';
import { helpOf, overview } from './help.js';
import { print } from './output.js';

const debug = debuglog('nestjs-session-auth');

/** Does what the command line says. @returns the exit code */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    await dispatch(argv, io);
    return Exit.ok;
  } catch (error) {
    // No more of it than this: a driver's error also contains the values of its statement.
    for (let at = error; at instanceof Error; at = at.cause) debug('%s', at.stack);
    const { exit, lines } = await reported(error);
    io.stderr.write(lines.map((line) => `${line}\n`).join(''));
    return exit;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<void> {
  const [first = ''] = argv;
  if (first === '-v' || first === '--version') return print(io, `${version()}\n`);
  const wantsHelp = argv.some((arg) => arg === '-h' || arg === '--help');
  const command = commandOf(argv);
  if (wantsHelp) return print(io, command ? helpOf(command) : overview(commands));
  if (!command) throw new UsageError(unknown(first));

  const call = new Call(Arguments.parse(command, argv.slice(command.name.split(' ').length)), io);
  try {
    await command.run(call);
  } finally {
    await call.close();
  }
}

function commandOf(argv: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name === argv.slice(0, name.split(' ').length).join(' '));
}

function unknown(first: string): string {
  if (first === '' || first.startsWith('-')) return 'Name a command first. See --help.';
  const family = commands.map(({ name }) => name).filter((name) => name.startsWith(`${first} `));
  if (family.length > 0) return `Use one of: ${family.join(', ')}.`;
  const meant = nearest(
    first,
    commands.map(({ name }) => name),
  );
  return `Unknown command "${first}".${meant === undefined ? '' : ` Did you mean "${meant}"?`} See --help.`;
}

/** What is said of an error: never a stack. */
async function reported(error: unknown): Promise<{ exit: number; lines: string[] }> {
  if (error instanceof CliError) return { exit: error.exit, lines: [`${error.code}: ${error.message}`] };
  const { AuthException } = await import('../errors/auth.exception.js');
  if (!(error instanceof AuthException)) {
    return { exit: Exit.fault, lines: [`unexpected_error: ${messageOf(error)}`] };
  }
  // The person who sits here may know what a visitor may not.
  if (error.code === 'service_unavailable' || error.code === 'outcome_unknown') {
    return { exit: Exit.database, lines: [`${error.code}: ${messageOf(error.cause ?? error)}`] };
  }
  const { errors = [error] } = error;
  return { exit: Exit.refused, lines: errors.map(({ code, message }) => `${code}: ${message}`) };
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
