import type { Writable } from 'node:stream';
import { CliError, Exit, messageOf } from './errors.js';
import type { Io } from './io.js';

/** Results on standard output, everything else on standard error. */
export class Output {
  /** @param json whether results are for programs */
  constructor(
    private readonly io: Io,
    private readonly json: boolean,
  ) {}

  /** What was asked for, once in the form for programs and once in that for people. @throws CliError */
  async result(data: object, text: string): Promise<void> {
    await print(this.io, `${this.formatted(data, text)}\n`);
  }

  /** {@link result} with a generated password, which nobody can read again. @throws CliError */
  async resultWithPassword(data: object, text: string): Promise<void> {
    try {
      await write(this.io.stdout, `${this.formatted(data, text)}\n`);
    } catch (error) {
      throw new OutputError(
        'The password was set, but could not be shown. Set another one with reset-password.',
        error,
      );
    }
  }

  private formatted(data: object, text: string): string {
    return this.json ? JSON.stringify(data) : printable(text);
  }

  /** A line for a person who watches. */
  note(text: string): void {
    this.io.stderr.write(`${printable(text)}\n`);
  }
}

class OutputError extends CliError {
  constructor(consequence: string, cause: unknown) {
    const message = `Cannot write to standard output: ${messageOf(cause)}. ${consequence}`;
    super(Exit.output, 'output_failed', message, cause);
  }
}

/** Prints on standard output. @throws CliError when that fails */
export async function print(io: Io, text: string): Promise<void> {
  try {
    await write(io.stdout, text);
  } catch (error) {
    // A reader that has seen enough: `… list | head`.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
    throw new OutputError('The command itself succeeded.', error);
  }
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Columns as wide as their content, below their names. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return lines([head, ...rows]);
}

/** Columns as wide as their content. */
export function lines(rows: readonly (readonly string[])[]): string {
  const [first = []] = rows;
  const widths = first.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The text without what a terminal would take for a command; what others have typed may hold anything. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, '\uFFFD');
}
