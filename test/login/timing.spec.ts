import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';

describe('the time of a failed login', () => {
  // So many rounds that the hash outweighs everything else in the request.
  const host = hosted({ options: { password: { bcryptRounds: 10 } } });

  it('does not tell whether and how an account exists', async () => {
    const marked = async (columns: Record<string, unknown>) => {
      const { id, username } = await host.people.person();
      if (Object.keys(columns).length > 0) await host.rows.update('sso_user', { id }, columns);
      return username;
    };
    const wrong = 'nobody has this one';
    const attempts: Record<string, { username: string; password: string }> = {
      existing: { username: await marked({}), password: wrong },
      unknown: { username: freshUsername(), password: wrong },
      locked: { username: await marked({ is_locked: true }), password: wrong },
      inactive: { username: await marked({ is_active: false }), password: wrong },
      'not approved': { username: await marked({ approval_status: 'rejected' }), password: wrong },
      'without a hash': { username: await marked({ password_hash: '' }), password: wrong },
      'with a damaged hash': { username: await marked({ password_hash: '$2b$10$short' }), password: wrong },
      'with a cheap hash': {
        username: await marked({
          password_hash: '$2b$04$B8ZO/Y3p9LDyLqkjSWcCZeVzKXMKPfTO2EsLlrHx5qOpJzVfMsAMC',
        }),
        password: wrong,
      },
      'over-long, existing': { username: await marked({}), password: 'x'.repeat(300) },
      'over-long, unknown': { username: freshUsername(), password: 'x'.repeat(300) },
      'with a NUL in the password': { username: await marked({}), password: `${PASSWORD}\0` },
      'with a NUL in the name': { username: 'zoe\0', password: wrong },
      'with an impossible name': { username: 'z'.repeat(400), password: wrong },
    };
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
  });
});
