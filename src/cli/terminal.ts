import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Io } from './io.js';
import { CliError, Exit, UsageError } from './errors.js';

/** Bytes; more are no password. */
const MAX_PIPED = 10_000;

/** The person at the terminal, if there is one. */
export class Terminal {
  private lines: Interface | undefined;
  private readonly typed: string[] = [];
  private waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined;
  private isHidden = false;
  private isClosed = false;

  constructor(private readonly io: Io) {}

  get isThere(): boolean {
    return this.io.stdin.isTTY === true;
  }

  /** @throws CliError when the person gives up */
  async ask(question: string): Promise<string> {
    const answer = await this.line(question);
    return answer.trim();
  }

  /** {@link ask} without showing what is typed. */
  async askHidden(question: string): Promise<string> {
    try {
      return await this.line(question, true);
    } finally {
      this.isHidden = false;
      this.io.stderr.write('\n');
    }
  }

  private line(question: string, hidden = false): Promise<string> {
    const lines = this.open();
    if (this.isClosed) return Promise.reject(givenUp());
    this.isHidden = hidden;
    if (hidden) this.io.stderr.write(question);
    // readline redraws the whole line after some keys, and would wipe out a question that it does not know.
    lines.setPrompt(question);
    lines.prompt();
    const early = this.typed.shift();
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** One for all questions: a second one would miss what was pasted into the first. */
  private open(): Interface {
    if (this.lines) return this.lines;
    const output = new Writable({
      write: (chunk: Buffer, _, done) => {
        if (!this.isHidden) this.io.stderr.write(chunk);
        done();
      },
    });
    const lines = createInterface({ input: this.io.stdin, output, terminal: true, historySize: 0 });
    lines.on('line', (line) => {
      if (this.waiting) this.waiting.resolve(line);
      else this.typed.push(line);
      this.waiting = undefined;
    });
    lines.on('SIGINT', () => {
      const isBusy = !this.waiting;
      lines.close();
      if (isBusy) process.exit(Exit.interrupted);
    });
    lines.on('close', () => {
      this.isClosed = true;
      this.waiting?.reject(givenUp());
    });
    this.lines = lines;
    return lines;
  }

  /** The one line that is piped in, without the break at its end. @throws UsageError */
  async piped(): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stdin: AsyncIterable<Buffer> = this.io.stdin;
    for await (const chunk of stdin) {
      bytes += chunk.length;
      if (bytes > MAX_PIPED) throw new UsageError('Standard input contains more than a password.');
      chunks.push(chunk);
    }
    const line = decoded(Buffer.concat(chunks)).replace(/\r?\n$/, '');
    // Nobody could type it into a page.
    if (/[\r\n]/.test(line)) throw new UsageError('Standard input contains more than one line.');
    return line;
  }

  close(): void {
    this.waiting = undefined;
    this.lines?.close();
  }
}

function givenUp(): CliError {
  return new CliError(Exit.interrupted, 'interrupted', 'Nothing was changed.');
}

/** A text without a byte-order mark, which some shells put before what they pipe. @throws UsageError */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError('Standard input is not UTF-8.', error);
  }
}
