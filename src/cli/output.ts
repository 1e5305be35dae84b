import type { Io } from './io.js';

/** Results on standard output, everything else on standard error. */
export class Output {
  /** @param json whether results are for programs */
  constructor(
    private readonly io: Io,
    private readonly json: boolean,
  ) {}

  /** What was asked for, once in the form for programs and once in that for people. */
  result(data: object, text: string): void {
    this.io.stdout.write(this.json ? `${JSON.stringify(data)}\n` : `${printable(text)}\n`);
  }

  /** A line for whoever watches. */
  note(text: string): void {
    this.io.stderr.write(`${printable(text)}\n`);
  }
}

/** Columns as wide as what stands in them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? '')].length)));
  return lines
    .map((line) =>
      line
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
