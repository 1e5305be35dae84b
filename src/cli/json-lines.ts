/** Characters; a user takes a hundredth of it. */
const MAX_LINE = 100_000;

/** One line that is not empty. */
export interface Line {
  /** From 1. */
  number: number;
  /** `null` when it is too long for a user. */
  text: string | null;
}

/** Lines that were read at once. */
export interface Lines {
  lines: readonly Line[];
  /** Read so far. */
  bytes: number;
}

/** The lines of a stream of UTF-8, some at a time. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Lines> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  let bytes = 0;
  const numbered = (texts: string[]): Line[] =>
    texts
      .map((text) => ({ number: ++number, text: text.length > MAX_LINE ? null : text.trim() }))
      .filter(({ text }) => text !== '');

  for await (const chunk of stream) {
    bytes += chunk.length;
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    // Of a line that never ends no more is kept than shows that it is too long.
    rest = (texts.pop() ?? '').slice(0, MAX_LINE + 1);
    yield { lines: numbered(texts), bytes };
  }
  yield { lines: numbered([rest + decoder.decode()]), bytes };
}
