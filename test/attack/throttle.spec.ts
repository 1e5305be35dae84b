import type { NestExpressApplication } from '@nestjs/platform-express';
import { describe, expect, it } from 'vitest';
import type { AuthModuleOptions } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { counted } from './hasher-work.js';
import { raw } from './raw.js';

const WRONG = 'nobody has this one';
const account = { failures: 5, window: '1h', wait: '1m', maxWait: '15m' };
const everywhere = { attempts: 10_000, window: '1m' };

function throttled(throttle: NonNullable<AuthModuleOptions['throttle']>): AuthModuleOptions {
  return { throttle };
}

describe('guessing at one account', () => {
  const host = hosted({
    options: throttled({ account, loginsPerAddress: everywhere, registrationsPerAddress: everywhere }),
  });

  async function statuses(usernames: string[]): Promise<number[]> {
    const found: number[] = [];
    for (const username of usernames)
      found.push((await host.visitor().login({ username, password: WRONG })).status);
    return found;
  }

  it.each(clients)('T-07 parallel guesses, by %s: no more than the limit are judged', async (client) => {
    const { username } = await host.people.person();
    const visitors = Array.from({ length: 25 }, () => host.visitor(client));
    const tokens = await Promise.all(
      visitors.map((visitor) => (client === 'form' ? visitor.token('/login') : {})),
    );
    const { result, verifications } = await counted(() =>
      Promise.all(
        visitors.map((visitor, index) => {
          const fields = { username, password: `${WRONG} ${index}`, ...tokens[index] };
          return client === 'form' ? visitor.post('/login', fields) : visitor.api('POST', '/login', fields);
        }),
      ),
    );
    expect(verifications).toBe(5);
    expect(result.filter(({ status }) => status === 401)).toHaveLength(5);
    for (const { headers } of result.filter(({ status }) => status === 429))
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await host.visitor(client).login({ username, password: PASSWORD })).status).toBe(429);
  });

  it('T-07 parallel guesses: one right password among them opens at most one session', async () => {
    const person = await host.people.person();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        host.visitor().login({ username: person.username, password: index === 15 ? PASSWORD : WRONG }),
      ),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(9);
    expect((await host.rows.sessionsOf(person.id)).length).toBeLessThanOrEqual(1);
  });

  it('T-09 user-name variants: every form that reaches the account shares its count', async () => {
    const name = `zoé.${freshUsername()}`;
    await host.people.person({ username: name });
    const wide = [...name].map((c) => (/[!-~]/.test(c) ? String.fromCodePoint(c.charCodeAt(0) + 0xfee0) : c));
    const forms = [
      `${name.toUpperCase()} `,
      `\t${name.normalize('NFD')}`,
      name.normalize('NFD').toUpperCase(),
      wide.join(''),
      `\u3000${wide.join('').toUpperCase()}\ufeff`,
      name,
    ];
    expect(await statuses(forms)).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await host.visitor().login({ username: name, password: PASSWORD })).status).toBe(429);
  });

  it('T-09 user-name variants: what does not reach the account neither opens nor throttles it', async () => {
    const { username } = await host.people.person();
    for (const odd of [
      `x ${username}`,
      `${username} x`,
      `${username}\u200b`,
      `${username}\u00ad`,
      `${username}\0`,
      `${username}\u0301`,
      `${username}\u2060`,
      `${username}\ud800`,
    ]) {
      for (let round = 0; round < 6; round += 1)
        await host.visitor().login({ username: odd, password: WRONG });
      const { status } = await host.visitor().login({ username: odd, password: PASSWORD });
      expect([401, 429]).toContain(status);
    }
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
  });

  it.each([
    '\u034f',
    '\u115f',
    '\u3164',
    '\uffa0',
    '\ufe0f',
    '\u17b4',
    '\u180b',
    '\u{e0100}',
    '\u200d',
    '\u2063',
  ])('T-09 user-name variants: nobody registers the invisible twin of a name (%j)', async (invisible) => {
    const { username } = await host.people.person();
    for (const twin of [`${username}${invisible}`, `${invisible}${username}`]) {
      const fields = { username: twin, password: PASSWORD, confirm_password: PASSWORD };
      expect([409, 422]).toContain((await host.visitor().register(fields)).status);
    }
  });

  it('T-09 user-name variants: an e-mail address is no second name with a count of its own', async () => {
    const { email } = await host.people.person();
    expect((await host.visitor().login({ username: email, password: PASSWORD })).status).toBe(401);
  });

  it('T-11 limiter key poisoning: other paths, queries and fields lead to the same count', async () => {
    const { username } = await host.people.person();
    const send = async (target: string, extra: object = {}) =>
      (
        await raw(host.url, {
          method: 'POST',
          target,
          headers: ['Content-Type: application/json'],
          body: JSON.stringify({ username, password: WRONG, ...extra }),
        })
      ).status;
    expect(await send('/LOGIN')).toBe(401);
    expect(await send('/login/')).toBe(401);
    expect(await send(`/login?x=1&username=${freshUsername()}&email=a@example.org`)).toBe(401);
    expect(await send('/Login/?username[]=a')).toBe(401);
    expect(await send(`${host.url}/login`)).toBe(401);
    for (const target of ['/login', '/LOGIN/', '/login?y=2', '/login#z', '/logiN/?']) {
      expect({ target, status: await send(target) }).toEqual({ target, status: 429 });
    }
    for (const target of [
      '//login',
      '/%6cogin',
      '/./login',
      '/login;x',
      '/login%00',
      '/login%2f',
      '/x/../login',
    ])
      expect({ target, status: await send(target) }).toEqual({ target, status: 404 });
    for (const extra of [
      { email: 'a@example.org' },
      { user: freshUsername() },
      { Username: freshUsername() },
    ])
      expect(await send('/login', extra)).toBe(422);
  });

  it('T-08 lock-out: a stranger’s guesses stop neither live sessions nor a browser that is known', async () => {
    const person = await host.people.person();
    const owner = host.visitor();
    await owner.login({ username: person.username, password: PASSWORD });
    await statuses(Array.from({ length: 8 }, () => person.username));
    expect((await host.visitor().login({ username: person.username, password: PASSWORD })).status).toBe(429);
    expect(await owner.isSignedIn()).toBe(true);
    expect((await owner.login({ username: person.username, password: PASSWORD })).status).toBe(200);
  });

  it('T-08 device cookie: forged, of another account or taken apart it is nobody’s', async () => {
    const [victim, attacker] = [await host.people.person(), await host.people.person()];
    const browser = host.visitor();
    await browser.login({ username: attacker.username, password: PASSWORD });
    const own = browser.cookies.get('device') ?? '';
    expect(own).not.toBe('');
    const [nonce = '', issued = '', signature = ''] = decodeURIComponent(own).split('.');
    await statuses(Array.from({ length: 8 }, () => victim.username));
    for (const device of [
      own,
      `${nonce}.${issued}.${'A'.repeat(43)}`,
      `${nonce}.zzzzzzzzz.${signature}`,
      `${'A'.repeat(22)}.${issued}.${signature}`,
      `${own}~${own}`,
      '~'.repeat(500),
      '__proto__',
      '%00',
      'a'.repeat(4000),
    ]) {
      const guesser = host.visitor();
      guesser.cookies.put('device', device);
      const { status } = await guesser.login({ username: victim.username, password: PASSWORD });
      expect({ device, status }).toEqual({ device, status: 429 });
      expect(guesser.cookies.get('id')).toBeUndefined();
    }
  });

  it('T-08 device cookie: it opens nothing, and its own guesses are throttled too', async () => {
    const person = await host.people.person();
    const browser = host.visitor();
    await browser.login({ username: person.username, password: PASSWORD });
    const device = browser.cookies.get('device') ?? '';
    const thief = host.visitor();
    thief.cookies.put('device', device);
    expect(await thief.isSignedIn()).toBe(false);
    const found: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      found.push((await thief.login({ username: person.username, password: WRONG })).status);
    }
    expect(found).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  });

  it.each(clients)(
    'T-07 guessing the old password, by %s: in parallel no more than the limit',
    async (client) => {
      const person = await host.people.person();
      const thief = await host.people.signIn(person, client);
      const token = client === 'form' ? await thief.token('/change-password') : {};
      const { result, verifications } = await counted(() =>
        Promise.all(
          Array.from({ length: 20 }, (_, index) => {
            const fields = {
              old_password: `${WRONG} ${index}`,
              new_password: OTHER_PASSWORD,
              confirm_new_password: OTHER_PASSWORD,
              ...token,
            };
            return client === 'form'
              ? thief.twin().post('/change-password', fields)
              : thief.twin().api('POST', '/change-password', fields);
          }),
        ),
      );
      expect(verifications).toBe(5);
      expect(result.filter(({ status }) => status === 429)).toHaveLength(15);
      expect((await thief.changePassword(PASSWORD, OTHER_PASSWORD)).status).toBe(429);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    },
  );
});

describe.each([
  ['unset', undefined],
  ['1', 1],
  ['loopback', 'loopback'],
] as const)('with trust proxy %s', (name, trust) => {
  const host = hosted({
    options: throttled({ account, loginsPerAddress: { attempts: 6, window: '1h' } }),
    configure: (app: NestExpressApplication) => {
      if (trust !== undefined) app.set('trust proxy', trust);
    },
  });

  /** As a client says it, and as the host's own proxy passes it on with the address it has seen. */
  const forwarded = (said: string, seen: string) => (trust === undefined ? said : `${said}, ${seen}`);

  it('T-10 T-29 spraying: forged addresses share the count of the true one', async () => {
    const found: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const answer = await host.visitor().api(
        'POST',
        '/login',
        { username: freshUsername(), password: PASSWORD },
        {
          'x-forwarded-for': forwarded(`10.0.0.${round}`, '203.0.113.7'),
          'x-real-ip': `10.1.0.${round}`,
          forwarded: `for=10.2.0.${round}`,
          'cf-connecting-ip': `10.3.0.${round}`,
          'true-client-ip': `10.4.0.${round}`,
        },
      );
      found.push(answer.status);
    }
    expect(found).toEqual([401, 401, 401, 401, 401, 401, 429, 429, 429, 429]);
  });

  it('T-29 spoofed addresses: a guessed account stays throttled whatever they say', async () => {
    const { username } = await host.people.person();
    const found: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const headers = { 'x-forwarded-for': forwarded('10.0.0.1', `198.51.100.${round}`) };
      found.push((await host.visitor().api('POST', '/login', { username, password: WRONG }, headers)).status);
    }
    expect(found.slice(5)).toEqual([429, 429]);
    expect(found.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(name).toBeTruthy();
  });
});

describe('addresses that a trusted proxy reports', () => {
  const host = hosted({
    options: throttled({ account, loginsPerAddress: { attempts: 3, window: '1h' } }),
    configure: (app: NestExpressApplication) => app.set('trust proxy', 1),
  });

  it.each([
    ['one IPv6 network', (round: number) => `2001:db8:1:2:${round}::${round}`],
    ['one address in two spellings', (round: number) => (round % 2 ? '::ffff:192.0.2.9' : '192.0.2.9')],
    [
      'one address in IPv6 letters of either case',
      (round: number) => (round % 2 ? '2001:DB8:A::1' : '2001:db8:a::1'),
    ],
    ['one address with ports', (round: number) => `192.0.2.77:${5000 + round}`],
    ['no address at all', (round: number) => `unknown-${round}`],
  ])('T-29 counted once: %s', async (_, address) => {
    const found: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const headers = { 'x-forwarded-for': address(round) };
      const fields = { username: freshUsername(), password: WRONG };
      found.push((await host.visitor().api('POST', '/login', fields, headers)).status);
    }
    expect(found).toEqual([401, 401, 401, 429, 429]);
  });
});
