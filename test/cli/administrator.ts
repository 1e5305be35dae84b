import { expect } from 'vitest';
import { call, CHEAP, type Ending, execute } from './program.js';

// Two databases are enough to see that a process of its own does nothing otherwise.
const APART = new Set(['SQLite', 'PostgreSQL']);

/** Runs commands on one database. */
interface Administrator {
  /** Each command once in a process of its own, with {@link also} for what else it can do. */
  done(args: string[], stdin?: string): Promise<Ending>;
  also(args: string[], stdin?: string): Promise<Ending>;
  expectRefused(args: string[], code: number, message: string, stdin?: string): Promise<void>;
}

/** @param url of the database, which is not there yet when the tests are defined */
export function administratorOf(database: string, url: () => string): Administrator {
  const apart = APART.has(database) ? execute : call;
  const run = (how: typeof call, args: string[], stdin: string | undefined): Promise<Ending> =>
    how([...args, ...CHEAP], { stdin, env: { DATABASE_URL: url() } });
  return {
    done: async (args, stdin) => succeeded(await run(apart, args, stdin)),
    also: async (args, stdin) => succeeded(await run(call, args, stdin)),
    expectRefused: async (args, code, message, stdin) =>
      expectRefusal(await run(call, args, stdin), code, message),
  };
}

function expectRefusal({ stderr, ...ending }: Ending, code: number, message: string): void {
  expect(ending).toEqual({ code, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}

function succeeded(ending: Ending): Ending {
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  return ending;
}
