import { afterEach, describe, expect, it, vi } from 'vitest';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients, type Visitor } from '../support/visitor.js';

const TIMES = 8;

describe.each(clients)('what nobody may guess, by %s,', (client) => {
  const host = hosted({ options: { throttle: {} } });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  /** Several of the same person and the same instant, with a generator that gives one number alone. */
  async function several(make: () => Promise<string | undefined>): Promise<string[]> {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const made: string[] = [];
    for (let time = 0; time < TIMES; time += 1) made.push((await make()) ?? '');
    expect(made).not.toContain('');
    return made;
  }

  function expectRandom(made: readonly string[], length: number): void {
    expect(new Set(made).size).toBe(TIMES);
    for (let place = 0; place < length; place += 1) {
      expect({ place, found: new Set(made.map((one) => one[place])).size }).not.toEqual({ place, found: 1 });
    }
  }

  async function signedIn(username: string): Promise<Visitor> {
    const visitor = host.visitor(client);
    expect((await visitor.login({ username, password: PASSWORD })).status).toBeLessThan(400);
    return visitor;
  }

  it('T-66 predictable tokens: of a session, every place is random', async () => {
    const { username } = await host.people.person();
    const tokens = await several(async () => (await signedIn(username)).cookies.get('id'));
    // The last of 43 characters holds four bits.
    expectRandom(tokens, 42);
  });

  it('T-66 predictable tokens: of a browser that is known, and of a form', async () => {
    const { username } = await host.people.person();
    expectRandom(await several(async () => (await signedIn(username)).cookies.get('device')), 21);
    const token = async () => String((await host.visitor(client).token('/login')).csrf_token);
    expect(new Set(await several(token)).size).toBe(TIMES);
  });

  it('T-66 predictable passwords: of one that is generated, every place is random', async () => {
    const { id } = await host.people.person();
    const reset = async () => (await host.service.resetPassword(id, host.people.caller)).password;
    expectRandom(await several(reset), 24);
  });
});
