import type { QueryRunner } from 'typeorm';

type Statement = Parameters<QueryRunner['query']>;

/** The characters that mysql2 escapes with a backslash, and all other control characters. */
const ESCAPED = /[\p{Cc}"'\\]/u;

/**
 * A text that is read the same in every SQL mode. With NO_BACKSLASH_ESCAPES, which a server or a connection may turn on at
 * any time, the backslash that mysql2 writes before a quotation mark is an ordinary character, and the mark ends the text.
 */
class HexLiteral {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Called by mysql2. */
  toSqlString(): string {
    return `_utf8mb4 X'${Buffer.from(this.#text).toString('hex')}'`;
  }
}

/** Makes a connection write the texts in its statements so that the SQL mode does not matter. */
export function ignoreSqlMode(runner: QueryRunner): void {
  const query = runner.query.bind(runner);
  const send = (text: string, parameters?: unknown[], ...rest: Rest): ReturnType<QueryRunner['query']> =>
    query(text, parameters?.map(toHexLiteral), ...rest);
  Object.assign(runner, { query: send });
}

type Rest = Statement extends [unknown, unknown?, ...infer Others] ? Others : never;

function toHexLiteral(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toHexLiteral);
  return typeof value === 'string' && ESCAPED.test(value) ? new HexLiteral(value) : value;
}
