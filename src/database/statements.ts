import type { QueryRunner } from 'typeorm';

export type Statement = Parameters<QueryRunner['query']>;

/** Sends a statement to the database. */
export type Query = (...statement: Statement) => ReturnType<QueryRunner['query']>;

/** Passes every statement on a connection to `send`, until the returned function is called. */
export function intercept(
  runner: QueryRunner,
  send: (query: Query, statement: Statement) => Promise<unknown>,
): () => void {
  const previous = Object.getOwnPropertyDescriptor(runner, 'query');
  const query: Query = runner.query.bind(runner);
  Object.assign(runner, { query: (...statement: Statement) => send(query, statement) });
  return () => {
    if (previous) Object.defineProperty(runner, 'query', previous);
    else Reflect.deleteProperty(runner, 'query');
  };
}
