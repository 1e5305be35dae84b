import { afterEach, describe, expect, it, vi } from 'vitest';
import { SsoUserService } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { faces } from '../support/visitor.js';

const TIMES = 5;

describe.each(faces)('T-66 predictable random numbers, by %s', (face) => {
  const host = hosted();

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('no secret is made of Math.random', async () => {
    const { id, username } = await host.people.person();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const made = new Map<string, Set<string>>();
    const note = (name: string, secret = ''): void => {
      expect(secret, name).not.toBe('');
      made.set(name, (made.get(name) ?? new Set()).add(secret));
    };
    for (let time = 0; time < TIMES; time++) {
      const visitor = host.visitor(face);
      await visitor.page('/login');
      note('form token', visitor.cookies.get('csrf'));
      expect((await visitor.login({ username, password: PASSWORD })).status).toBeLessThan(400);
      note('session', visitor.cookies.get('id'));
      const device = visitor.cookies.get('device');
      if (device !== undefined) note('device', device);
    }
    for (let time = 0; time < TIMES; time++) {
      const { password } = await host.app
        .get(SsoUserService)
        .resetPassword(id, SsoUserService.system('test'));
      note('generated password', password);
    }
    for (const [name, secrets] of made) expect(secrets.size, name).toBe(TIMES);
  });
});
