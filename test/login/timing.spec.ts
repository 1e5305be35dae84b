import bcrypt from 'bcrypt';
import { describe, expect, it, vi } from 'vitest';
import { counted, roundsSoFar } from '../attack/hasher-work.js';
import { argon2id, django, passlib, piccolo } from '../support/foreign-hashes.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';

const WRONG = 'nobody has this one';
const ROUNDS = 6;

type Attempts = Record<string, { username: string; password: string }>;

// `npm run bench -- refused-login` measures the time of the same attempts.
describe('the work of a failed login', () => {
  const host = hosted({ options: { password: { bcryptRounds: ROUNDS } } });

  async function marked(columns: Record<string, unknown>): Promise<string> {
    const { id, username } = await host.people.person();
    if (Object.keys(columns).length > 0) await host.rows.update('sso_user', { id }, columns);
    return username;
  }

  /** Every attempt fails, and verifies one password by all the configured rounds. */
  async function expectAlike(attempts: Attempts): Promise<void> {
    for (const [name, fields] of Object.entries(attempts)) {
      const { result, verifications, hashes, rounds } = await counted(() => host.visitor().login(fields));
      expect({ name, status: result.status, verifications, hashes, rounds }).toEqual({
        name,
        status: 401,
        verifications: 1,
        hashes: 0,
        rounds: 2 ** ROUNDS,
      });
    }
  }

  it('does not tell whether and how an account exists', async () => {
    await expectAlike({
      existing: { username: await marked({}), password: WRONG },
      unknown: { username: freshUsername(), password: WRONG },
      locked: { username: await marked({ is_locked: true }), password: WRONG },
      inactive: { username: await marked({ is_active: false }), password: WRONG },
      'not approved': { username: await marked({ approval_status: 'rejected' }), password: WRONG },
      'without a hash': { username: await marked({ password_hash: '' }), password: WRONG },
      'with a damaged hash': { username: await marked({ password_hash: '$2b$10$short' }), password: WRONG },
      'with a cheap hash': {
        username: await marked({ password_hash: await bcrypt.hash('x', 4) }),
        password: WRONG,
      },
      'over-long, existing': { username: await marked({}), password: 'x'.repeat(300) },
      'over-long, unknown': { username: freshUsername(), password: 'x'.repeat(300) },
      'with a NUL in the password': { username: await marked({}), password: `${PASSWORD}\0` },
      'with a NUL in the name': { username: 'zoe\0', password: WRONG },
      'with an impossible name': { username: 'z'.repeat(400), password: WRONG },
    });
  });

  it('does not tell whose hash is of another system, on a clock that only the rounds of bcrypt move', async () => {
    const holding = async (hash: Promise<string>) => ({
      username: await marked({ password_hash: await hash }),
      password: WRONG,
    });
    const attempts = {
      'with a hash of Piccolo': await holding(piccolo.make('x')),
      'with a hash of Django': await holding(django.make('x')),
      'with a hash of passlib': await holding(passlib.make('x')),
      'with argon2id': await holding(argon2id.make('x')),
    };
    const clock = vi.spyOn(performance, 'now').mockImplementation(roundsSoFar);
    try {
      await expectAlike(attempts);
    } finally {
      clock.mockRestore();
    }
  });
});
