import { pbkdf2Sync } from 'node:crypto';
import bcrypt from 'bcrypt';
import { withApplication } from './application.js';
import { leftOut, postgres, sqlite } from './databases.js';
import { logIn } from './logins.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import { rotated, spreadOf, written } from './statistics.js';

/** Fewer than the failures after which an account has to wait. */
const ROUNDS = 7;

/** What an account may look like; `null` = there is none. */
const accounts: Record<string, object | null> = {
  'an account': {},
  'no account': null,
  'a locked account': { isLocked: true },
  'an account without a password': { passwordHash: null },
  'a damaged hash': { passwordHash: '$2b$10$short' },
  'a cheap hash of bcrypt': { passwordHash: bcrypt.hashSync('x', 4) },
  'a cheap hash of Django': { passwordHash: djangoHash() },
};

/** Whether the time of a login that fails tells what there is. */
export async function refusedLogin(): Promise<Section> {
  const database = postgres ?? sqlite;
  const names = Object.keys(accounts);
  const times = await withApplication({ server: 'ours', database }, async ({ server }) => {
    const usernames = await server.ask<string[]>('users', names.length);
    for (const [index, name] of names.entries()) {
      const columns = accounts[name];
      if (columns) await server.ask('mark', { username: usernames[index], columns });
      else usernames[index] = 'nobody-000000';
    }
    const taken = new Map(names.map((name): [string, number[]] => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      progress(round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`);
      for (const name of rotated(names, round)) {
        const username = usernames[names.indexOf(name)] ?? '';
        const time = await logIn(
          { url: server.url, usernames: [username], password: 'wrong', concurrency: 1 },
          401,
        );
        if (round > 0) taken.get(name)?.push(time);
      }
    }
    return taken;
  });
  const usual = times.get('an account') ?? [];
  return {
    title: 'A login that fails',
    notes: [
      'How long a wrong password takes, as a share of what it takes at an account that may log in: one at a time, in turns.',
      'The tests count the hashes and their rounds; a share far from 1 would tell a stranger what there is.',
      ...leftOut,
    ],
    columns: ['', 'Database', 'Time'],
    rows: [...times].map(([name, taken]) => [
      name,
      database.name,
      written(spreadOf(taken.map((time, round) => time / (usual[round] ?? NaN)))),
    ]),
  };
}

/** Of one iteration, and so of hardly any time. */
function djangoHash(): string {
  return `pbkdf2_sha256$1$salt$${pbkdf2Sync('x', 'salt', 1, 32, 'sha256').toString('base64')}`;
}
