import { performance } from 'node:perf_hooks';
import { describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { hosted } from '../support/hosted.js';
import { expectNoSessionCookie } from '../support/expectations.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { faces } from '../support/visitor.js';
import { behindProxy, freshAddress, guess, logIn, times, WRONG } from './guesses.js';

const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
const WAITING = 64;

describe('hashes of full cost', () => {
  const host = hosted({
    ...behindProxy(),
    options: { throttle: {}, password: { bcryptRounds: 12 } },
  });

  it('never run on the event loop: during 40 simultaneous logins the 99th percentile of another route is under 250 ms', async () => {
    const waits: number[] = [];
    const state = { isDone: false };
    const logins = Promise.all(
      Array.from({ length: 40 }, () => logIn(host.visitor(), freshUsername(), WRONG)),
    ).finally(() => {
      state.isDone = true;
    });
    while (!state.isDone) {
      const start = performance.now();
      expect((await host.visitor().get('/public')).status).toBe(200);
      waits.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const { status } of await logins) expect(status).toBe(401);
    waits.sort((a, b) => a - b);
    expect(waits.length).toBeGreaterThan(40);
    expect(waits[Math.ceil(waits.length * 0.99) - 1]).toBeLessThan(250);
  });
});

describe('the queue of hashes', () => {
  const host = hosted(behindProxy());

  it.each(faces)(
    'refuses, by %s, the 65th that has to wait with a 503 and no session; the others are served',
    async (face) => {
      const { username } = await host.people.person();
      const [visitors, original] = [
        [] as Awaited<ReturnType<typeof ready>>[],
        BcryptSha256Hasher.prototype.verify,
      ];
      for (let count = 0; count < THREADS + WAITING + 5; count += 1) visitors.push(await ready());
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify').mockImplementation(async function (
        this: BcryptSha256Hasher,
        ...given
      ) {
        await gate;
        return original.apply(this, given);
      });
      const refused: number[] = [];
      try {
        const posts = visitors.map(async ({ visitor, token }, index) => {
          // The owner comes last, when the queue is full.
          const isOwner = index >= THREADS + WAITING;
          const fields = isOwner
            ? { username, password: PASSWORD }
            : { username: freshUsername(), password: WRONG };
          if (isOwner) await vi.waitFor(() => expect(verify).toHaveBeenCalledTimes(THREADS));
          if (isOwner) await new Promise((resolve) => setTimeout(resolve, 300));
          const headers = { 'x-forwarded-for': freshAddress() };
          const answer = await (face === 'json'
            ? visitor.api('POST', '/login', fields, headers)
            : visitor.post('/login', { ...fields, ...token }, headers));
          if (isOwner) refused.push(answer.status);
          return { answer, isOwner };
        });
        await vi.waitFor(() => expect(refused).toHaveLength(5), { timeout: 5000 });
        open();
        for (const { answer, isOwner } of await Promise.all(posts)) {
          expect(answer.status).toBe(isOwner ? 503 : 401);
          expectNoSessionCookie(answer);
          if (isOwner && face === 'json') expect(answer.json.code).toBe('service_unavailable');
          if (isOwner && face === 'form') expect(answer.body).toContain('csrf_token');
        }
      } finally {
        open();
        verify.mockRestore();
      }
      // A full queue is no way to try without end: those five were counted.
      expect(await guess(host, times(10, username), face)).toEqual([...times(5, 401), ...times(5, 429)]);

      async function ready() {
        const visitor = host.visitor(face);
        return { visitor, token: face === 'form' ? await visitor.token('/login') : {} };
      }
    },
  );
});
