import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthSettings } from '../../src/auth.settings.js';
import { DeviceTokens } from '../../src/throttle/device.tokens.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import { clients, type Visitor } from '../support/visitor.js';
import {
  behindProxy,
  changeTo,
  counterOf,
  expectBraked,
  freshAddress,
  guess,
  logIn,
  passTime,
  stopTime,
  success,
  times,
  WRONG,
} from './guesses.js';

const DAY = 86_400_000;
const host = hosted(behindProxy());

beforeEach(stopTime);
afterEach(() => vi.useRealTimers());

function deviceOf(visitor: Visitor): string {
  return visitor.cookies.get('device') ?? '';
}

function carrying(device: string): Visitor {
  const visitor = host.visitor();
  visitor.cookies.put('device', device);
  return visitor;
}

describe.each(clients)('a browser that has signed in to the account, by %s', (client) => {
  it('still can while strangers have to wait, and after its own logout too', async () => {
    const { username } = await host.people.person();
    const browser = host.visitor(client);
    await logIn(browser, username, PASSWORD);
    await browser.logout();
    await guess(host, times(12, username), client);
    expect((await logIn(browser, username, PASSWORD)).status).toBe(success(client));
    expectBraked(await logIn(host.visitor(client), username, PASSWORD));
  });

  it('is slowed after ten failures of its own, with the same waits, which strangers do not feel', async () => {
    const { username } = await host.people.person();
    const browser = host.visitor(client);
    await logIn(browser, username, PASSWORD);
    for (let round = 0; round < 10; round += 1)
      expect((await logIn(browser, username, WRONG)).status).toBe(401);
    expect(expectBraked(await logIn(browser, username, PASSWORD))).toBe(60);
    expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(success(client));
    passTime(60_000);
    expect((await logIn(browser, username, WRONG)).status).toBe(401);
    expect(expectBraked(await logIn(browser, username, PASSWORD))).toBe(120);
    passTime(120_000);
    expect((await logIn(browser, username, PASSWORD)).status).toBe(success(client));
    expect((await logIn(browser, username, WRONG)).status).toBe(401);
  });
});

describe('all browsers that know an account', () => {
  it('share ten failures', async () => {
    const { username } = await host.people.person();
    const browsers = [host.visitor(), host.visitor(), host.visitor('form')];
    for (const browser of browsers) await logIn(browser, username, PASSWORD);
    for (let round = 0; round < 10; round += 1) {
      const browser = browsers[round % browsers.length];
      if (browser) expect((await logIn(browser, username, WRONG)).status).toBe(401);
    }
    for (const browser of browsers) expect(expectBraked(await logIn(browser, username, PASSWORD))).toBe(60);
    // Strangers have a count of their own.
    expect((await logIn(host.visitor(), username, PASSWORD)).status).toBe(200);
    passTime(60_000);
    for (const browser of browsers)
      expect((await logIn(browser, username, PASSWORD)).status).toBe(success(browser.client));
  });

  const changes: [who: string, change: (person: Person) => Promise<unknown>][] = [
    [
      'their owner changes it',
      async (person) => {
        const visitor = host.visitor();
        await logIn(visitor, person.username, PASSWORD);
        return changeTo(visitor, PASSWORD, OTHER_PASSWORD);
      },
    ],
    [
      'their owner changes it while logging in',
      ({ username }) =>
        host
          .visitor()
          .api(
            'POST',
            '/login',
            { username, password: PASSWORD, new_password: OTHER_PASSWORD },
            { 'x-forwarded-for': freshAddress() },
          ),
    ],
    [
      'a super-user sets it',
      ({ id }) =>
        host.service.changePassword(
          { userId: id, newPassword: OTHER_PASSWORD, mustChange: false },
          host.people.caller,
        ),
    ],
  ];

  it.each(changes)('are strangers once the password is another, because %s', async (_, change) => {
    const person = await host.people.person();
    const { username } = person;
    const [browser, second] = [host.visitor(), host.visitor()];
    for (const one of [browser, second]) await logIn(one, username, PASSWORD);
    await change(person);
    await guess(host, times(10, username));
    for (const one of [browser, second]) expectBraked(await logIn(one, username, OTHER_PASSWORD));
    // A new sign-in makes it known again, and the others stay what they are.
    passTime(60_000);
    expect((await logIn(browser, username, OTHER_PASSWORD)).status).toBe(200);
    await guess(host, times(10, username));
    expect((await logIn(browser, username, OTHER_PASSWORD)).status).toBe(200);
    expectBraked(await logIn(second, username, OTHER_PASSWORD));
  });

  it('are known at once by the cookie of a login that changes the password', async () => {
    const { username } = await host.people.person();
    const browser = host.visitor();
    const fields = { username, password: PASSWORD, new_password: OTHER_PASSWORD };
    await browser.api('POST', '/login', fields, { 'x-forwarded-for': freshAddress() });
    await guess(host, times(10, username));
    expect((await logIn(browser, username, OTHER_PASSWORD)).status).toBe(200);
  });

  it('do not know the one who gets the name next', async () => {
    const { id, username } = await host.people.person();
    const browser = host.visitor();
    await logIn(browser, username, PASSWORD);
    await host.service.deleteUserById(id, host.people.caller);
    await host.people.person({ username });
    await guess(host, times(10, username));
    expectBraked(await logIn(browser, username, PASSWORD));
  });
});

describe('the device cookie', () => {
  it('comes with a success alone: HttpOnly, SameSite=Lax, the whole site, 180 days', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor();
    expect((await logIn(visitor, username, WRONG)).setCookies).toEqual([]);
    const { setCookies } = await logIn(visitor, username, PASSWORD);
    const device = setCookies.find(({ name }) => name === 'device');
    expect(device?.attributes).toMatchObject({
      httponly: '',
      samesite: 'Lax',
      path: '/',
      'max-age': String(180 * 86_400),
    });
    expect(device?.attributes).not.toHaveProperty('domain');
  });

  it('tells nothing of the account', async () => {
    const { username, id } = await host.people.person();
    const visitor = host.visitor();
    await logIn(visitor, username, PASSWORD);
    const [, hash = ''] = counterOf('failures', username).split(':');
    for (const secret of [username, id, hash]) expect(deviceOf(visitor)).not.toContain(secret);
  });

  it('is not given for the right password of a closed account', async () => {
    const person = await host.people.person();
    await host.service.lockUser(person.id, host.people.caller);
    const visitor = host.visitor();
    expect((await logIn(visitor, person.username, PASSWORD)).status).toBe(403);
    expect(deviceOf(visitor)).toBe('');
  });

  it('forged, truncated, altered or of another account it is a stranger’s', async () => {
    const [owner, other] = [await host.people.person(), await host.people.person()];
    const [browser, foreign] = [host.visitor(), host.visitor()];
    await logIn(browser, owner.username, PASSWORD);
    await logIn(foreign, other.username, PASSWORD);
    const good = deviceOf(browser);
    const [nonce = '', issued = '', signature = ''] = good.split('.');
    const account = { id: owner.id, passwordVersion: 1 };
    const elsewhere = new DeviceTokens(new AuthSettings({ throttle: {}, secret: 'x'.repeat(40) }));
    await guess(host, times(11, owner.username));
    const strangers = [
      elsewhere.issue(undefined, account),
      deviceOf(foreign),
      good.slice(0, -1),
      good.slice(1),
      `${nonce}.${issued}`,
      `${nonce}.${issued}.`,
      `${nonce}.${issued}.${signature}x`,
      `${nonce}.${issued}.${'A'.repeat(43)}`,
      `${nonce.slice(0, -1)}${nonce.endsWith('A') ? 'B' : 'A'}.${issued}.${signature}`,
      `${nonce}.${issued.slice(0, -1)}${issued.endsWith('0') ? '1' : '0'}.${signature}`,
      `${nonce}.${issued}.${signature}`.toUpperCase(),
      'true',
    ];
    for (const device of strangers) {
      const answer = await logIn(carrying(device), owner.username, PASSWORD);
      expect({ device, status: answer.status }).toEqual({ device, status: 429 });
    }
    expect((await logIn(carrying(good), owner.username, PASSWORD)).status).toBe(200);
  });

  it('expires after 180 days, whatever the browser keeps', async () => {
    const { username } = await host.people.person();
    const browser = host.visitor();
    await logIn(browser, username, PASSWORD);
    const device = deviceOf(browser);
    passTime(180 * DAY - 1000);
    await guess(host, times(10, username));
    expect((await logIn(carrying(device), username, PASSWORD)).status).toBe(200);
    passTime(2000);
    expectBraked(await logIn(carrying(device), username, PASSWORD));
  });

  it('knows several accounts of one browser, and the newest five', async () => {
    const people = [];
    for (let count = 0; count < 6; count += 1) people.push(await host.people.person());
    const browser = host.visitor();
    for (const { username } of people) expect((await logIn(browser, username, PASSWORD)).status).toBe(200);
    const device = deviceOf(browser);
    const found: number[] = [];
    for (const { username } of people) {
      await guess(host, times(10, username));
      found.push((await logIn(carrying(device), username, PASSWORD)).status);
    }
    expect(found).toEqual([429, ...times(5, 200)]);
  });

  it('is not given away by form of name: it works for every spelling', async () => {
    const { username } = await host.people.person();
    const browser = host.visitor();
    await logIn(browser, username.toUpperCase(), PASSWORD);
    await guess(host, times(10, username));
    expect((await logIn(browser, username, PASSWORD)).status).toBe(200);
  });
});
