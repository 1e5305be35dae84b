import { CliError, Exit } from './errors.js';

/** Characters; a user takes a hundredth of it. */
const MAX_LINE = 100_000;

/** One line that is not empty. */
export interface Line {
  /** From 1. */
  number: number;
  text: string;
  /** Bytes read so far. */
  bytes: number;
}

/** The lines of a stream of UTF-8, some at a time. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  let bytes = 0;
  const numbered = (texts: string[]): Line[] =>
    texts.map((text) => ({ number: ++number, text: text.trim(), bytes })).filter(({ text }) => text !== '');

  for await (const chunk of stream) {
    bytes += chunk.length;
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    yield numbered(texts);
    if (rest.length > MAX_LINE) {
      throw new CliError(
        Exit.refused,
        'line_too_long',
        `Line ${number + 1} is too long. Is this a file of JSON Lines?`,
      );
    }
  }
  yield numbered([rest + decoder.decode()]);
}
