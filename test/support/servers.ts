import { expect, it } from 'vitest';
import { databases, leftOut, type TestDatabase } from './databases.js';

/** The databases behind a network. */
export const servers: TestDatabase[] = databases.filter(({ name }) => name !== 'SQLite');

/** For a file that has no other test where no server answers. */
export function itRunsOnEveryServer(): void {
  it(`runs on every database server${leftOut.length > 0 ? `; left out: ${leftOut.join('; ')}` : ''}`, () => {
    expect(servers.length + leftOut.length).toBe(2);
  });
}
