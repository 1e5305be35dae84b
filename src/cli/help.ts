import { COMMON } from './arguments.js';
import type { Option } from './option.js';
import type { Command } from './command.js';

const PROGRAM = 'nestjs-session-auth';

/** What the program can do. */
export function overview(commands: readonly Command[]): string {
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Commands:',
    ...columns(commands.map(({ name, positionals, summary }) => [[name, ...positionals].join(' '), summary])),
    '',
    'Options of every command:',
    ...columns([...optionLines(COMMON), ['-v, --version', 'print the version']]),
    '',
    `${PROGRAM} <command> --help shows the options of a command.`,
    'Exit codes: 0 done, 1 refused, 2 wrong command line, 3 database, 4 internal error, 5 output lost, 130 Ctrl-C.',
    '',
  ].join('\n');
}

/** What one command does. */
export function helpOf({ name, positionals, summary, options }: Command): string {
  return [
    `Usage: ${[PROGRAM, name, ...positionals].join(' ')} [options]`,
    '',
    `${summary}.`,
    '',
    'Options:',
    ...columns([...optionLines(options), ...optionLines(COMMON)]),
    '',
  ].join('\n');
}

function optionLines(options: Readonly<Record<string, Option>>): [string, string][] {
  return Object.entries(options).map(([name, { short, value, negative, help }]) => [
    `${short ? `-${short}, ` : ''}--${negative ? '[no-]' : ''}${name}${value ? ` ${value}` : ''}`,
    help,
  ]);
}

function columns(lines: [string, string][]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
