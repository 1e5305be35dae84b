import { describe, expect, it } from 'vitest';
import { argon2id, django, passlib, piccolo } from '../support/foreign-hashes.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';

const WRONG = 'nobody has this one';

type Attempts = Record<string, { username: string; password: string }>;

describe('the time of a failed login', () => {
  // So many rounds that the hash outweighs everything else in the request.
  const host = hosted({ options: { password: { bcryptRounds: 10 } } });

  async function marked(columns: Record<string, unknown>): Promise<string> {
    const { id, username } = await host.people.person();
    if (Object.keys(columns).length > 0) await host.rows.update('sso_user', { id }, columns);
    return username;
  }

  /** Every attempt fails, and takes between half and twice as long as that at an existing account. */
  async function expectAlike(attempts: Attempts): Promise<void> {
    // The fastest of several tries is what the work takes; a busy machine only adds to it.
    const fastest: Record<string, number> = {};
    for (let round = 0; round < 5; round += 1) {
      for (const [name, fields] of Object.entries(attempts)) {
        const start = performance.now();
        const { status } = await host.visitor().login(fields);
        const time = performance.now() - start;
        expect({ name, status }).toEqual({ name, status: 401 });
        fastest[name] = Math.min(fastest[name] ?? Infinity, time);
      }
    }
    const usual = fastest.existing ?? 0;
    for (const [name, time] of Object.entries(fastest)) {
      expect(time / usual, name).toBeGreaterThan(0.5);
      expect(time / usual, name).toBeLessThan(2);
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
        username: await marked({
          password_hash: '$2b$04$B8ZO/Y3p9LDyLqkjSWcCZeVzKXMKPfTO2EsLlrHx5qOpJzVfMsAMC',
        }),
        password: WRONG,
      },
      'over-long, existing': { username: await marked({}), password: 'x'.repeat(300) },
      'over-long, unknown': { username: freshUsername(), password: 'x'.repeat(300) },
      'with a NUL in the password': { username: await marked({}), password: `${PASSWORD}\0` },
      'with a NUL in the name': { username: 'zoe\0', password: WRONG },
      'with an impossible name': { username: 'z'.repeat(400), password: WRONG },
    });
  });

  it('does not tell whose hash is of another system', async () => {
    const holding = async (hash: Promise<string>) => ({
      username: await marked({ password_hash: await hash }),
      password: WRONG,
    });
    await expectAlike({
      existing: { username: await marked({}), password: WRONG },
      unknown: { username: freshUsername(), password: WRONG },
      'with a hash of Piccolo': await holding(piccolo.make('x', 50_000)),
      'with a cheap hash of Django': await holding(django.make('x', 1)),
      'with a hash of passlib': await holding(passlib.make('x', 25_000)),
      'with argon2id': await holding(argon2id.make('x', 8192)),
    });
  });
});
