/** How the program ends. */
export const Exit = {
  ok: 0,
  /** What was asked for is not possible: a rule, a name that is taken, somebody who is not there. */
  refused: 1,
  /** The command line, or a file that it names, is wrong. */
  usage: 2,
  /** The database cannot be reached, is not prepared, or fails. */
  database: 3,
  /** A fault of this program. */
  fault: 4,
  /** Done, but what it printed was not written. */
  output: 5,
  /** Ctrl-C at a prompt, as shells count it. */
  interrupted: 130,
} as const;

/** Ends the program with a code and a sentence, which are all that is printed. */
export class CliError extends Error {
  constructor(
    readonly exit: number,
    readonly code: string,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export class UsageError extends CliError {
  constructor(message: string, cause?: unknown) {
    super(Exit.usage, 'usage', message, cause);
  }
}

/** What an error says of itself; a connection tried over several addresses has its reasons inside. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return (error.message || code || error.name).replace(/\s*\n\s*/g, ' ');
}
