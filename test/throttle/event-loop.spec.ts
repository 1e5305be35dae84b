import { describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { HashQueue } from '../../src/password/hash-queue.js';
import { hosted } from '../support/hosted.js';
import { expectNoSessionCookie } from '../support/expectations.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { behindProxy, freshAddress, guess, logIn, times, WRONG } from './guesses.js';

const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
const WAITING = 64;

describe('hashes of full cost', () => {
  const host = hosted({
    ...behindProxy(),
    options: { throttle: {}, password: { bcryptRounds: 12 } },
  });

  // How late that makes other requests is measured by `npm run bench -- event-loop`.
  it('never run on the event loop, which takes many turns during each of them', async () => {
    const original = BcryptSha256Hasher.prototype.verify;
    const state = { turns: 0, isDone: false };
    const takeTurns = () => {
      state.turns += 1;
      if (!state.isDone) setImmediate(takeTurns);
    };
    const turnsDuring: number[] = [];
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify').mockImplementation(async function (
      this: BcryptSha256Hasher,
      ...given
    ) {
      const before = state.turns;
      const isRight = await original.apply(this, given);
      turnsDuring.push(state.turns - before);
      return isRight;
    });
    try {
      takeTurns();
      const logins = times(2 * THREADS, null).map(() => logIn(host.visitor(), freshUsername(), WRONG));
      for (const { status } of await Promise.all(logins)) expect(status).toBe(401);
      expect(turnsDuring).toHaveLength(logins.length);
      // A hash on the event loop would let it take none.
      expect(Math.min(...turnsDuring)).toBeGreaterThan(10);
    } finally {
      state.isDone = true;
      verify.mockRestore();
    }
  });
});

describe('the queue of hashes', () => {
  const host = hosted(behindProxy());

  it.each(clients)(
    'refuses, by %s, the 65th that has to wait with a 503 and no session; the others are served',
    async (client) => {
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
      const queued = vi.spyOn(HashQueue.prototype, 'run');
      const refused: number[] = [];
      try {
        const posts = visitors.map(async ({ visitor, token }, index) => {
          // The owner comes last, when the queue is full.
          const isOwner = index >= THREADS + WAITING;
          const fields = isOwner
            ? { username, password: PASSWORD }
            : { username: freshUsername(), password: WRONG };
          if (isOwner) {
            await expect.poll(() => queued.mock.calls.length).toBeGreaterThanOrEqual(THREADS + WAITING);
          }
          const headers = { 'x-forwarded-for': freshAddress() };
          const answer = await (client === 'json'
            ? visitor.api('POST', '/login', fields, headers)
            : visitor.post('/login', { ...fields, ...token }, headers));
          if (isOwner) refused.push(answer.status);
          return { answer, isOwner };
        });
        await expect.poll(() => refused).toHaveLength(5);
        open();
        for (const { answer, isOwner } of await Promise.all(posts)) {
          expect(answer.status).toBe(isOwner ? 503 : 401);
          expectNoSessionCookie(answer);
          if (isOwner && client === 'json') expect(answer.json.code).toBe('service_unavailable');
          if (isOwner && client === 'form') expect(answer.body).toContain('csrf_token');
        }
      } finally {
        open();
        verify.mockRestore();
        queued.mockRestore();
      }
      // A full queue is no way to try without end: those five were counted.
      expect(await guess(host, times(10, username), client)).toEqual([...times(5, 401), ...times(5, 429)]);

      async function ready() {
        const visitor = host.visitor(client);
        return { visitor, token: client === 'form' ? await visitor.token('/login') : {} };
      }
    },
  );
});
