import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import type { Captcha } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { postAndReset } from '../support/resetting.js';

const WRONG = 'nobody has this one';
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
/** What is recorded of those for whom nothing is hashed. */
const FULL = 'service_unavailable';
/** Of this machine too, so that the honest ones come from elsewhere. */
const ATTACKER = '127.0.0.66';
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

afterEach(() => vi.restoreAllMocks());

/** A host that takes its time: its own guard lets a request on once the client has gone. */
class SlowGuard implements CanActivate {
  seen = 0;

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { socket, headers } = context.switchToHttp().getRequest<Request>();
    if (headers.cookie !== undefined || headers['x-honest'] !== undefined) return true;
    this.seen += 1;
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    return true;
  }
}

describe('a client that resets its connection right after sending', () => {
  const guard = new SlowGuard();
  const told: (string | undefined)[] = [];
  let refusals = 0;
  const captcha: Captcha = {
    name: 'tests',
    field: 'captcha',
    siteKey: 'key',
    widgetClass: 'captcha',
    scriptUrl: 'https://captcha.example/api.js',
    sources: {},
    verify: async (_, remoteAddress) => {
      told.push(remoteAddress);
      return true;
    },
  };
  const host = hosted({
    options: {
      throttle: {},
      login: { captcha },
      register: { captcha, userDefaults: {} },
    },
    configure: (app: NestExpressApplication) => {
      app.use((_: Request, response: Response, next: NextFunction) => {
        const end = response.end.bind(response);
        response.end = ((...given: Parameters<typeof end>) => {
          refusals += 1;
          return end(...given);
        }) as typeof end;
        next();
      });
      app.useGlobalGuards(guard);
    },
  });

  /** Sends them all, resets them once they are on their way, and waits until each is refused, though nobody listens. */
  async function sendAndReset(path: string, bodies: object[]): Promise<void> {
    const from = [guard.seen, refusals];
    const arrived = async () => {
      await expect.poll(() => guard.seen).toBe((from[0] ?? 0) + bodies.length);
    };
    await Promise.all(
      bodies.map((body) =>
        postAndReset(host.url, path, body, {
          localAddress: ATTACKER,
          when: arrived(),
        }),
      ),
    );
    await expect.poll(() => refusals).toBe((from[1] ?? 0) + bodies.length);
  }

  it('T-60 reset connections: is counted by its address, which the audit, the captcha and the host’s req.ip know', async () => {
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify');
    const hash = vi.spyOn(BcryptSha256Hasher.prototype, 'hash');
    const login = () => ({
      username: freshUsername(),
      password: WRONG,
      captcha: 'solved',
    });
    await sendAndReset('/login', times(40).map(login));
    // Thirty a minute were counted; the one row after them is that of the first who was refused.
    const logins = (await host.rows.all('sso_audit_event')).filter(({ action }) => action === 'login');
    expect(logins.filter(({ code }) => code === FULL)).toHaveLength(30);
    expect(logins.filter(({ code }) => code === 'too_many_attempts')).toHaveLength(1);
    expect(new Set(logins.map((row) => row.remote_address))).toEqual(new Set([ATTACKER]));
    expect(new Set(told)).toEqual(new Set([ATTACKER]));

    const users = await host.rows.count('sso_user');
    await sendAndReset(
      '/register',
      times(40).map(() => ({
        username: freshUsername(),
        password: PASSWORD,
        confirm_password: PASSWORD,
        captcha: 'solved',
      })),
    );
    expect(await host.rows.count('sso_user')).toBe(users);
    // Nothing at all was hashed for those who had gone.
    expect(verify).not.toHaveBeenCalled();
    expect(hash).not.toHaveBeenCalled();
  });
});

describe('a connection that is reset while a login waits for its turn', () => {
  const host = hosted({
    options: {
      throttle: { loginsPerAddress: { attempts: 1000, window: '1m' } },
    },
  });

  it('T-60 reset connections: nothing is hashed any more, and the places in the queue are for others', async () => {
    const people = await Promise.all(times(20).map(() => host.people.person()));
    const arrived: Socket[] = [];
    const server: Server = host.app.getHttpServer();
    server.on('request', ({ socket }) => void arrived.push(socket));
    const original = BcryptSha256Hasher.prototype.verify;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify').mockImplementation(async function (
      this: BcryptSha256Hasher,
      ...given
    ) {
      await gate;
      return original.apply(this, given);
    });
    try {
      const inFlight = times(THREADS).map(() =>
        host.visitor().login({ username: freshUsername(), password: WRONG }),
      );
      await expect.poll(() => verify).toHaveBeenCalledTimes(THREADS);
      const haveAllArrived = async () => {
        await expect.poll(() => arrived.length).toBe(THREADS + 64);
      };
      const all = haveAllArrived();
      const fields = () => ({ username: freshUsername(), password: WRONG });
      await Promise.all(
        times(64).map(() =>
          postAndReset(host.url, '/login', fields(), {
            localAddress: ATTACKER,
            when: all,
          }),
        ),
      );
      await expect.poll(() => arrived.filter(({ destroyed }) => destroyed).length).toBe(64);
      const honest = people.map(({ username }) => host.visitor().login({ username, password: PASSWORD }));
      await expect.poll(() => arrived.length).toBe(THREADS + 64 + people.length);
      open();
      for (const { status } of await Promise.all(inFlight)) expect(status).toBe(401);
      for (const { status } of await Promise.all(honest)) expect(status).toBe(200);
      expect(verify).toHaveBeenCalledTimes(THREADS + 20);
      const left = async () => (await host.rows.all('sso_audit_event')).filter(({ code }) => code === FULL);
      await expect.poll(left).toHaveLength(64);
    } finally {
      open();
    }
  });
});

describe('who cannot be told apart', () => {
  const host = hosted({ options: { throttle: {} } });

  it('T-60 unknown addresses: callers without one share one count, but for the system', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 35; round += 1) {
      const caller = round % 2 === 0 ? {} : { remoteAddress: undefined, userAgent: `agent ${round}` };
      const login = host.service.login({ username: freshUsername(), password: WRONG }, caller);
      statuses.push(
        await login.then(
          () => 200,
          (error) => error.getStatus(),
        ),
      );
    }
    expect(statuses).toEqual([...times(30).map(() => 401), ...times(5).map(() => 429)]);
    const { username } = await host.people.person();
    // Who has an address is not of them, and neither is the system.
    expect((await host.visitor().login({ username, password: PASSWORD })).status).toBe(200);
    const { user } = await host.service.login({ username, password: PASSWORD }, host.people.caller);
    expect(user.username).toBe(username);

    const register = (caller: object) =>
      host.service.signUp({ username: freshUsername(), password: PASSWORD }, caller).then(
        () => 201,
        (error) => error.getStatus(),
      );
    for (let round = 0; round < 20; round += 1) expect(await register({})).toBe(201);
    expect(await register({})).toBe(429);
    expect(await register(host.people.caller)).toBe(201);
  });
});

describe('forty reset connections a second', () => {
  const host = hosted({
    options: { throttle: {}, password: { bcryptRounds: 9 } },
  });

  it('T-60 reset connections: every honest login from elsewhere succeeds, and little is hashed for the others', async () => {
    const people = await Promise.all(times(10).map(() => host.people.person()));
    const verify = vi.spyOn(BcryptSha256Hasher.prototype, 'verify');
    const attack = Promise.all(
      times(400).map(async (index) => {
        await new Promise((resolve) => setTimeout(resolve, 5 * index));
        const fields = { username: freshUsername(), password: WRONG };
        await postAndReset(host.url, '/login', fields, {
          localAddress: ATTACKER,
        });
      }),
    );
    const statuses: number[] = [];
    for (const { username } of people) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      statuses.push((await host.visitor().login({ username, password: PASSWORD })).status);
    }
    await attack;
    expect(statuses).toEqual(people.map(() => 200));
    // At most what one address and all the unknown ones together may.
    expect(verify.mock.calls.length).toBeLessThanOrEqual(30 + 30 + people.length);
  });
});
