import bcrypt from 'bcrypt';
import { describe, expect, it, vi } from 'vitest';
import { isUsername, canonicalKey } from '../../src/user/username.js';
import { sameOriginPath } from '../../src/http/next.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { raw } from './raw.js';

const N = 50_000;
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** Texts on which an ill-made pattern goes back and forth for ever. */
const heavy: [what: string, text: string][] = [
  ['a', 'a'.repeat(N)],
  ['a@', 'a@'.repeat(N / 2)],
  ['a.', 'a.'.repeat(N / 2)],
  ['an address without end', `a@${'a.'.repeat(N / 2)}`],
  ['quoted addresses', '"a"@'.repeat(N / 4)],
  ['parentheses', '('.repeat(N)],
  ['spaces and one letter', `${' '.repeat(N)}x`],
  ['slashes', '/'.repeat(N)],
  ['backslashes', '\\'.repeat(N)],
  ['percent signs', '%'.repeat(N)],
  ['per cent signs of LIKE', '%_'.repeat(N / 2)],
  ['the ligature that grows eighteen times', '\ufdfa'.repeat(N)],
  ['combining marks', `a${'\u0301'.repeat(N)}`],
  ['marks out of order', `a${'\u0315\u0300'.repeat(N / 2)}`],
  ['lone surrogates', '\ud800'.repeat(N)],
  ['emoji', '🦊'.repeat(N / 2)],
  ['dots and tildes', '~.'.repeat(N / 2)],
];

/** Milliseconds of this process's own time, which a busy machine does not lengthen. */
async function cpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least of three: garbage collection and compiling fall on one or the other. */
async function leastCpu(work: () => unknown): Promise<number> {
  const times = [await cpu(work), await cpu(work), await cpu(work)];
  return Math.min(...times);
}

describe('fifty thousand characters', () => {
  const everybody = { attempts: 100_000, window: '1m' };
  const host = hosted({
    options: { throttle: { loginsPerAddress: everybody, registrationsPerAddress: everybody } },
  });

  it.each(heavy)(
    'T-43 T-32 ReDoS: %s cost next to nothing in every field of the service',
    async (_, text) => {
      const { service, people } = host;
      const system = people.caller;
      const calls: [name: string, call: () => Promise<unknown>][] = [
        [
          'login username',
          () => service.login({ username: text, password: 'x' }, { remoteAddress: '192.0.2.1' }),
        ],
        ['login password', () => service.login({ username: freshUsername(), password: text }, {})],
        [
          'login agent',
          () =>
            service.login(
              { username: freshUsername(), password: 'x' },
              {
                userAgent: text,
                correlationId: text,
                currentApp: text,
                device: text,
                remoteAddress: text,
                token: text,
              },
            ),
        ],
        ['signUp username', () => service.signUp({ username: text, password: PASSWORD }, {})],
        [
          'signUp email',
          () => service.signUp({ username: freshUsername(), email: text, password: PASSWORD }, {}),
        ],
        ['signUp password', () => service.signUp({ username: freshUsername(), password: text }, {})],
        [
          'createUser names',
          () => service.createUser({ username: freshUsername(), displayName: text, firstName: text }, system),
        ],
        ['updateUser', () => service.updateUserById(text, { passwordExpiresAt: text }, system)],
        ['searchUsers', () => service.searchUsers({ q: text }, system)],
        ['getUserById', () => service.getUserById(text, system)],
        ['revokeSession', () => service.revokeSession(text, { token: text })],
        ['validatePassword', () => service.validatePassword(text, { username: text, email: text })],
      ];
      for (const [name, call] of calls) {
        const time = await leastCpu(() => call().catch(() => undefined));
        expect({ name, time: time < 50 ? 'less than 50 ms' : time }).toEqual({
          name,
          time: 'less than 50 ms',
        });
      }
    },
  );

  it.each(heavy)(
    'T-43 ReDoS: %s cost next to nothing over HTTP, in headers, queries and bodies',
    async (_, text) => {
      const short = encodeURIComponent(Buffer.from(text.slice(0, 1500)).toString())
        .slice(0, 8000)
        .replace(/%\w?$/, '');
      const bytes = text.slice(0, 8000).replace(/[^ -~]/g, '\xe9');
      for (const [name, request] of [
        ['next', { target: `/login?next=${short}`, headers: ['Accept: text/html'] }],
        ['query', { target: `/login?${short}` }],
        ['path', { target: `/users/${short}` }],
        ['agent', { target: '/session', headers: [`User-Agent: ${bytes}`] }],
        ['cookie', { target: '/session', headers: [`Cookie: ${bytes}; id=${bytes}`] }],
        ['accept', { target: '/login', headers: [`Accept: ${bytes}`] }],
        ['type', { method: 'POST', target: '/login', headers: [`Content-Type: ${bytes}`], body: '{}' }],
        ['origin', { method: 'POST', target: '/login', headers: [`Origin: http://${bytes}`], body: '{}' }],
        [
          'body',
          {
            method: 'POST',
            target: '/login',
            headers: ['Content-Type: application/json'],
            body: JSON.stringify({ username: text, password: text }),
          },
        ],
      ] as [string, Parameters<typeof raw>[1]][]) {
        const time = await leastCpu(async () =>
          expect((await raw(host.url, request)).status).toBeLessThan(500),
        );
        expect({ name, time: time < 50 ? 'less than 50 ms' : time }).toEqual({
          name,
          time: 'less than 50 ms',
        });
      }
    },
  );

  it('T-43 ReDoS: the checks alone take a fraction of a millisecond of each', async () => {
    for (const [what, text] of heavy) {
      const time = await leastCpu(() => {
        isUsername(text);
        canonicalKey(text.slice(0, 256));
        sameOriginPath(text, new Set(['https://app.example']));
      });
      expect({ what, time: time < 20 ? 'short' : time }).toEqual({ what, time: 'short' });
    }
  });
});

describe('many logins at once', () => {
  const host = hosted({ options: { password: { bcryptRounds: 4 } } });

  it('T-52 event loop: nothing is hashed on it', async () => {
    const person = await host.people.person();
    const blocking = [
      vi.spyOn(bcrypt, 'hashSync'),
      vi.spyOn(bcrypt, 'compareSync'),
      vi.spyOn(bcrypt, 'genSaltSync'),
    ];
    const visitor = await host.people.signIn(person);
    await visitor.changePassword(PASSWORD, 'another orchard 7 lamp');
    const fields = { username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD };
    await host.visitor().register(fields);
    for (const spy of blocking) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it('T-52 T-28 hash queue: past 64 waiting the next is a 503 without a session, and others are served', async () => {
    const { username } = await host.people.person();
    const original = bcrypt.hash;
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const spy = vi
      .spyOn(bcrypt, 'hash')
      .mockImplementation(async (...args: [string | Buffer, string | number]) => {
        await gate;
        return original(...args);
      });
    const visitors = Array.from({ length: 80 }, () => host.visitor());
    const logins = visitors.map((visitor) => visitor.login({ username, password: PASSWORD }));
    const refused: number[] = [];
    for (const login of logins) void login.then(({ status }) => refused.push(status));
    await expect.poll(() => refused).toHaveLength(80 - THREADS - 64);
    expect(new Set(refused)).toEqual(new Set([503]));
    expect((await host.visitor().get('/public')).status).toBe(200);
    expect((await host.visitor().page('/login')).status).toBe(200);
    letGo();
    const answers = await Promise.all(logins);
    spy.mockRestore();
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(THREADS + 64);
    for (const { status, setCookies } of answers)
      expect(setCookies.some(({ name }) => name === 'id')).toBe(status === 200);
    expect((await host.visitor().login({ username, password: PASSWORD })).status).toBe(200);
  });
});
