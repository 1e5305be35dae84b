import { Controller, Get } from '@nestjs/common';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SignedIn, SsoCaller, SsoUserService } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { codeOf } from './stage.js';

/** What code without types may give for a caller. */
const garbage: unknown[] = [
  undefined,
  null,
  '',
  'a token',
  0,
  7,
  true,
  Symbol('caller'),
  () => ({}),
  { token: 7 },
  { token: ['a token'] },
  { session: 'a session' },
  { session: 7 },
  { currentApp: 7 },
  { remoteAddress: { address: '192.0.2.1' } },
  { userAgent: ['Lynx'] },
  { device: 7 },
  { correlationId: {} },
];

/** Callers who are nobody, but of the right kind. */
const strangers: unknown[] = [{}, [], { token: undefined }, { token: null, session: null }, { session: [] }];

const KEPT = Symbol('kept');

@Controller('caller')
class CallerController {
  static [KEPT]: SsoCaller | undefined;

  @Get()
  @SignedIn()
  caller(@SsoCaller() caller: SsoCaller): SsoCaller {
    CallerController[KEPT] = caller;
    return caller;
  }
}

describe('SsoUserService and callers that are none', () => {
  const host = hosted({ controllers: [CallerController] });

  /** Every method that takes a caller, with an input that is right. */
  function methods(id: string): Record<string, (caller: SsoCaller) => Promise<unknown>> {
    const { service } = host;
    return {
      changePassword: (caller) =>
        service.changePassword({ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD }, caller),
      createUser: (caller) => service.createUser({ username: freshUsername() }, caller),
      createSuperUser: (caller) => service.createSuperUser({ username: freshUsername() }, caller),
      importUsers: (caller) => service.importUsers([], caller),
      logout: (caller) => service.logout(caller),
      getCurrentUser: (caller) => service.getCurrentUser(caller),
      getCurrentSession: (caller) => service.getCurrentSession(caller),
      updateCurrentUser: (caller) => service.updateCurrentUser({ firstName: 'Zed' }, caller),
      getUserById: (caller) => service.getUserById(id, caller),
      findUser: (caller) => service.findUser({ username: 'zoe' }, caller),
      searchUsers: (caller) => service.searchUsers({}, caller),
      updateUserById: (caller) => service.updateUserById(id, { firstName: 'Zed' }, caller),
      deleteUserById: (caller) => service.deleteUserById(id, caller),
      lockUser: (caller) => service.lockUser(id, caller),
      unlockUser: (caller) => service.unlockUser(id, caller),
      approveUser: (caller) => service.approveUser(id, caller),
      rejectUser: (caller) => service.rejectUser(id, caller),
      resetPassword: (caller) => service.resetPassword(id, caller),
      listSessions: (caller) => service.listSessions(caller),
      searchSessions: (caller) => service.searchSessions({}, caller),
      revokeSession: (caller) => service.revokeSession(id, caller),
      revokeOtherSessions: (caller) => service.revokeOtherSessions(caller),
      revokeAllSessions: (caller) => service.revokeAllSessions(id, caller),
      listAuditEvents: (caller) => service.listAuditEvents(id, {}, caller),
      searchAuditEvents: (caller) => service.searchAuditEvents({}, caller),
    };
  }

  /** Those that strangers may call. */
  function open(username: string): Record<string, (caller: SsoCaller) => Promise<unknown>> {
    const { service } = host;
    return {
      login: (caller) => service.login({ username, password: PASSWORD }, caller),
      signUp: (caller) => service.signUp({ username: freshUsername(), password: PASSWORD }, caller),
    };
  }

  it('knows every method that takes a caller', async () => {
    const prototype = SsoUserService.prototype as unknown as Record<string, unknown>;
    const names = Object.getOwnPropertyNames(prototype).filter(
      (name) =>
        !['ownerOrSuperUser', 'idForSessions'].includes(name) &&
        /^[^{]*\bcaller\b/.test(String(prototype[name])),
    );
    expect(Object.keys({ ...methods(''), ...open('') }).toSorted()).toEqual(names.toSorted());
  });

  it('refuses them with a code in every method, and changes nothing', async () => {
    const { id, username } = await host.people.person();
    const before = [await host.rows.all('sso_user'), await host.rows.all('sso_session')];
    for (const [name, call] of Object.entries({ ...methods(id), ...open(username) })) {
      for (const caller of garbage) {
        const code = await codeOf(call(caller as SsoCaller));
        expect({ name, caller, code }).toEqual({ name, caller, code: 'not_authenticated' });
      }
    }
    for (const [name, call] of Object.entries(methods(id))) {
      for (const caller of strangers)
        expect(await codeOf(call(caller as SsoCaller)), name).toBe('not_authenticated');
    }
    expect([await host.rows.all('sso_user'), await host.rows.all('sso_session')]).toEqual(before);
  });

  it('lets strangers do what is for strangers', async () => {
    const { username } = await host.people.person();
    for (const caller of strangers) {
      for (const [name, call] of Object.entries(open(username))) {
        expect(await codeOf(call(caller as SsoCaller)), name).toBe('done');
      }
    }
  });

  it('shows no token of a caller, whether it is written as JSON or in a log', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const { body } = await visitor.get('/caller');
    const caller = CallerController[KEPT] ?? {};
    expect(caller.token).toBe(visitor.cookies.get('id'));
    const copies = [caller, { ...caller, currentApp: 'shop' }, Object.assign({}, caller)];
    const shown = copies.flatMap((one) => [
      JSON.stringify({ one }),
      inspect({ one }, { depth: 9, showHidden: true }),
    ]);
    for (const text of [body, ...shown]) {
      expect(text).toContain('127.0.0.1');
      for (const [, secret] of visitor.cookies.entries()) expect(text).not.toContain(secret);
    }
    // The copies still are what they were made of.
    for (const one of copies) expect(await codeOf(host.service.getCurrentUser(one))).toBe('done');
  });
});
