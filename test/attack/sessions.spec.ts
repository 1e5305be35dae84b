import crypto, { createHash } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { AuthSettings } from '../../src/auth.settings.js';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { DeviceTokens } from '../../src/throttle/device.tokens.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { raw } from './raw.js';

const guarded = ['/session', '/sessions', '/private', '/change-password'];

/** Holds the next call of a method until it is let go. */
function held(target: object, method: string) {
  let arrived: () => void = () => undefined;
  let letGo: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const release = new Promise<void>((resolve) => (letGo = resolve));
  const original: unknown = Reflect.get(target, method);
  if (typeof original !== 'function') throw new Error(`There is no method ${method}.`);
  const spy = vi.spyOn(target as Record<string, (...args: unknown[]) => unknown>, method);
  spy.mockImplementationOnce(async function (this: unknown, ...args: unknown[]) {
    arrived();
    await release;
    return Reflect.apply(original, this, args);
  });
  return { arrival, letGo, restore: () => spy.mockRestore() };
}

describe('a session token that somebody else has', () => {
  const host = hosted();

  it('T-01 fixation: a token in the query, the body or a header is no session, and is not adopted', async () => {
    const person = await host.people.person();
    const token = (await host.people.signIn(person)).cookies.get('id');
    for (const [target, headers] of [
      [`/session?id=${token}`, []],
      [`/session?sid=${token}&token=${token}`, []],
      [`/session;id=${token}`, []],
      ['/session', [`Authorization: Bearer ${token}`]],
      ['/session', [`X-Session-Id: ${token}`, `X-Auth-Token: ${token}`]],
      ['/session', [`Cookie: ID=${token}`]],
      ['/session', [`Cookie: __Host-id=${token}`]],
      ['/session', [`Cookie2: id=${token}`]],
    ] as [string, string[]][]) {
      expect([401, 404]).toContain((await raw(host.url, { target, headers })).status);
    }
    const invented = 'A'.repeat(43);
    const login = await host
      .visitor()
      .login({ username: person.username, password: PASSWORD }, `/login?id=${invented}`);
    expect(login.setCookies.find(({ name }) => name === 'id')?.value).not.toBe(invented);
    expect(
      (await host.visitor().login({ username: person.username, password: PASSWORD, id: invented })).status,
    ).toBe(422);
  });

  it.each(clients)(
    'T-38 replay, by %s: after the logout the cookie opens no route, however often',
    async (client) => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      const stolen = visitor.twin('json');
      await visitor.logout();
      for (let round = 0; round < 2; round += 1) {
        for (const path of guarded) expect((await stolen.get(path)).status).toBe(401);
        expect((await stolen.changePassword(PASSWORD, OTHER_PASSWORD)).status).toBe(401);
        expect((await stolen.api('POST', '/sessions/revoke-others')).status).toBe(401);
        expect((await stolen.twin().logout()).status).toBe(200);
      }
      expect(await host.rows.sessionsOf(person.id)).toEqual([]);
    },
  );

  it('T-39 revocation: whatever a super-user does to the account counts at the next request', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    for (const [method, path, fields] of [
      ['POST', '/password', { new_password: OTHER_PASSWORD }],
      ['POST', '/lock', undefined],
      ['POST', '/reject', undefined],
      ['PATCH', '', { is_active: false }],
      ['DELETE', '', undefined],
      ['DELETE', '/sessions', undefined],
    ] as const) {
      const person = await host.people.person();
      const sessions = [await host.people.signIn(person), await host.people.signIn(person, 'form')];
      expect((await admin.api(method, `/users/${person.id}${path}`, fields)).status).toBe(200);
      for (const { cookies } of sessions) {
        const visitor = host.visitor();
        visitor.cookies.put('id', cookies.get('id') ?? '');
        for (const route of guarded) expect((await visitor.get(route)).status).toBe(401);
      }
      expect(await host.rows.sessionsOf(person.id)).toEqual([]);
    }
    const reset = await host.people.person();
    const visitor = await host.people.signIn(reset);
    await host.service.resetPassword(reset.id, host.people.caller);
    expect(await visitor.isSignedIn()).toBe(false);
    // A session that none of this has reached is dead by its password's version alone.
    const left = await host.people.person();
    const forgotten = await host.people.signIn(left);
    await host.rows.update('sso_user', { id: left.id }, { password_version: 2 });
    for (const route of guarded) expect((await forgotten.get(route)).status).toBe(401);
    expect(await host.rows.sessionsOf(left.id)).toHaveLength(1);
  });

  it('T-40 a login that was judged before a change opens no session after it', async () => {
    for (const change of [
      (id: string) =>
        host.service.changePassword({ userId: id, newPassword: OTHER_PASSWORD }, host.people.caller),
      (id: string) => host.service.resetPassword(id, host.people.caller),
      (id: string) => host.service.lockUser(id, host.people.caller),
      (id: string) => host.service.deleteUserById(id, host.people.caller),
    ]) {
      const person = await host.people.person();
      const barrier = held(BcryptSha256Hasher.prototype, 'verify');
      const visitor = host.visitor();
      const login = visitor.login({ username: person.username, password: PASSWORD });
      await barrier.arrival;
      await change(person.id);
      barrier.letGo();
      const { status } = await login;
      barrier.restore();
      expect(status).toBeLessThan(500);
      expect(await visitor.isSignedIn()).toBe(false);
      expect((await visitor.get('/private')).status).toBe(401);
    }
  });

  it('T-40 a login that was judged before a lock leaves no session for after the unlocking', async () => {
    for (const [close, open] of [
      ['lockUser', 'unlockUser'],
      ['rejectUser', 'approveUser'],
    ] as const) {
      const person = await host.people.person();
      const barrier = held(BcryptSha256Hasher.prototype, 'verify');
      const visitor = host.visitor();
      const login = visitor.login({ username: person.username, password: PASSWORD });
      await barrier.arrival;
      await host.service[close](person.id, host.people.caller);
      barrier.letGo();
      await login;
      barrier.restore();
      expect(await visitor.isSignedIn()).toBe(false);
      await host.service[open](person.id, host.people.caller);
      expect(await visitor.isSignedIn()).toBe(false);
    }
  });

  it('T-49 tokens of forms: one used twice at once signs in twice, and no stranger once', async () => {
    const person = await host.people.person();
    const visitor = host.visitor('form');
    const token = await visitor.token('/login');
    const fields = { username: person.username, password: PASSWORD, ...token };
    const answers = await Promise.all(
      [visitor.twin(), visitor.twin()].map((twin) => twin.post('/login', fields)),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await host.visitor('form').post('/login', fields)).status).toBe(403);
  });

  it('T-50 expiry: a millisecond decides, and no request of the same moment revives a session', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const now = Date.now();
    for (const [column, value, alive] of [
      ['expires_at', now + 5000, true],
      ['expires_at', now, false],
      ['max_expires_at', now, false],
      ['expires_at', 0, false],
      ['max_expires_at', -1, false],
      ['expires_at', 253_402_300_799_000, true],
    ] as const) {
      const good = { expires_at: now + 3_500_000, max_expires_at: now + 604_800_000 };
      await host.rows.update('sso_session', { user_id: person.id }, { ...good, [column]: value });
      const seen = await Promise.all(Array.from({ length: 4 }, () => visitor.twin().isSignedIn()));
      expect({ column, value, seen }).toEqual({ column, value, seen: [alive, alive, alive, alive] });
    }
  });

  it('T-53 tampered tokens: bytes, lengths and encodings of every kind are nobody, and no error', async () => {
    const token = (await host.people.signIn(await host.people.person())).cookies.get('id') ?? '';
    const query = vi.spyOn(host.dataSource.manager, 'createQueryBuilder');
    for (const value of [
      `s:${token}`,
      `j:"${token}"`,
      `${token}.sig`,
      `${token}=`,
      `${token}%00`,
      `${token}\xff`,
      `%22${token}%22x`,
      token.slice(1),
      token.repeat(180),
      '\xff\xfe\x80',
      '{"id":1}',
      `${token.slice(0, 20)} ${token.slice(20)}`,
    ]) {
      const answer = await raw(host.url, { target: '/session', headers: [`Cookie: id=${value}`] });
      expect({ value, status: answer.status }).toEqual({ value, status: 401 });
    }
    expect(query).not.toHaveBeenCalled();
    query.mockRestore();
    // Every bit of the last character counts, also the two that base64url leaves over.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const last of alphabet) {
      const forged = token.slice(0, -1) + last;
      const { status } = await raw(host.url, { target: '/session', headers: [`Cookie: id=${forged}`] });
      expect(status).toBe(forged === token ? 200 : 401);
    }
  });

  it('T-55 timing-safe comparison: the table is asked for a digest, never for what was sent', async () => {
    const token = (await host.people.signIn(await host.people.person())).cookies.get('id') ?? '';
    const [row] = await host.rows.all('sso_session', {
      token_hash: createHash('sha256').update(token).digest('hex'),
    });
    expect(row).toBeDefined();
    for (const session of await host.rows.all('sso_session'))
      expect(JSON.stringify(session)).not.toContain(token);
  });
});

describe('the device cookie', () => {
  const account = { id: 'account', passwordVersion: 1 };
  const settings = (...secret: string[]) =>
    new AuthSettings({ secret: secret.map((text) => text.padEnd(40, '.')), throttle: {}, production: false });

  it('T-54 rotation: an old secret verifies while it is listed, and then no more', () => {
    const cookie = new DeviceTokens(settings('old')).issue(undefined, account);
    expect(new DeviceTokens(settings('new', 'old')).isKnownDevice(cookie, account)).toBe(true);
    expect(new DeviceTokens(settings('new')).isKnownDevice(cookie, account)).toBe(false);
    const renewed = new DeviceTokens(settings('new', 'old')).issue(cookie, account);
    expect(new DeviceTokens(settings('new')).isKnownDevice(renewed, account)).toBe(true);
  });

  it('T-55 signatures are compared by timingSafeEqual', () => {
    const tokens = new DeviceTokens(settings('secret'));
    const cookie = tokens.issue(undefined, account);
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    try {
      expect(tokens.isKnownDevice(cookie, account)).toBe(true);
      expect(tokens.isKnownDevice(cookie, { ...account, id: 'another' })).toBe(false);
      expect(compare).toHaveBeenCalledTimes(2);
    } finally {
      compare.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it('T-55 timing-safe comparison: lengths and prefixes of every kind are no match, and no error', () => {
    const tokens = new DeviceTokens(settings('secret'));
    const cookie = tokens.issue(undefined, account);
    const known = tokens.isKnownDevice(cookie, account);
    expect(known).toBe(true);
    for (let length = 0; length < cookie.length; length += 1) {
      expect(tokens.isKnownDevice(cookie.slice(0, length), account)).toBe(false);
    }
    const [nonce = '', issued = '', signature = ''] = cookie.split('.');
    for (const odd of [
      `${cookie}x`,
      `${nonce}.${issued}.${signature.slice(0, -1)}A`,
      `${nonce}.${issued}0.${signature}`,
      `${nonce}..${signature}`,
    ]) {
      // Two bits of a signature's last character mean nothing; a match by them is the same signature.
      const found = tokens.isKnownDevice(odd, account);
      if (!odd.startsWith(`${nonce}.${issued}.`)) expect(found).toBe(false);
      expect(tokens.isKnownDevice(odd, { ...account, id: 'accoun' })).toBe(false);
    }
    expect(tokens.isKnownDevice(cookie, { ...account, id: 'Account' })).toBe(false);
  });
});
