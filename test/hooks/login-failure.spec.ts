import { beforeEach, describe, expect, it } from 'vitest';
import type { TestApplication } from '../support/application.js';
import { expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD, type Person } from '../support/people.js';
import type { Row } from '../support/rows.js';
import { clients, type Fields } from '../support/visitor.js';
import { Recorder, without } from './recorder.js';

const hooks = new Recorder();
const past = Date.now() - 1000;

interface Failure {
  code: string;
  status: number;
  name: string;
  fields?: Fields;
  columns?: Row;
  /** Whether nobody is recognised. */
  stranger?: boolean;
  arrange?: (host: TestApplication, person: Person) => Promise<void> | void;
}

const failures: Failure[] = [
  {
    name: 'an unknown user',
    code: 'invalid_credentials',
    status: 401,
    stranger: true,
    fields: { username: 'nobody-of-that-name' },
  },
  {
    name: 'a name that nobody can have',
    code: 'invalid_credentials',
    status: 401,
    stranger: true,
    fields: { username: 'no body' },
  },
  { name: 'a wrong password', code: 'invalid_credentials', status: 401, fields: { password: 'not this' } },
  { name: 'a locked account', code: 'account_locked', status: 403, columns: { is_locked: true } },
  { name: 'an inactive account', code: 'account_inactive', status: 403, columns: { is_active: false } },
  {
    name: 'a sign-up that was not confirmed',
    code: 'account_inactive',
    status: 403,
    columns: { sign_up_status: 'before_confirmation' },
  },
  {
    name: 'an account that waits for approval',
    code: 'account_not_approved',
    status: 403,
    columns: { approval_status: 'before_decision' },
  },
  {
    name: 'an account that was rejected',
    code: 'account_not_approved',
    status: 403,
    columns: { approval_status: 'rejected' },
  },
  {
    name: 'a temporary password that has expired',
    code: 'password_expired',
    status: 403,
    columns: { password_must_change: true, password_expires_at: past },
  },
  {
    name: 'a new password that is too short',
    code: 'password_too_short',
    status: 422,
    fields: { new_password: 'Tiny-7x' },
  },
  {
    name: 'a new password that is too long',
    code: 'password_too_long',
    status: 422,
    fields: { new_password: 'long words '.repeat(24) },
  },
  {
    name: 'a new password that is common',
    code: 'password_too_common',
    status: 422,
    fields: { new_password: 'PASSWORD123' },
  },
  {
    name: 'a new password that is the old one',
    code: 'password_unchanged',
    status: 422,
    fields: { new_password: PASSWORD },
  },
  {
    name: 'a new password that was used before',
    code: 'password_reused',
    status: 422,
    fields: { password: OTHER_PASSWORD, new_password: PASSWORD },
    arrange: async ({ people }, person) => {
      const visitor = await people.signIn(person);
      await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    },
  },
  {
    name: 'a new password that cannot be stored',
    code: 'invalid_field',
    status: 422,
    fields: { new_password: 'plum \0 orchard' },
  },
  {
    name: 'a text of preLogin',
    code: 'rejected_by_hook',
    status: 401,
    stranger: true,
    arrange: () => hooks.on('preLogin', () => 'Closed.'),
  },
  {
    name: 'a text of loginSuccess',
    code: 'rejected_by_hook',
    status: 401,
    arrange: () => hooks.on('loginSuccess', () => 'Closed.'),
  },
  {
    name: 'a password that was changed meanwhile',
    code: 'invalid_credentials',
    status: 401,
    arrange: (host, { id }) =>
      hooks.on('loginSuccess', () => host.rows.update('sso_user', { id }, { password_version: 9 })),
  },
  {
    name: 'a password that was changed meanwhile, and a new one',
    code: 'concurrent_change',
    status: 409,
    fields: { new_password: THIRD_PASSWORD },
    arrange: (host, { id }) =>
      hooks.on('loginSuccess', () => host.rows.update('sso_user', { id }, { password_version: 9 })),
  },
];

describe.each(clients)('loginFailure by %s', (client) => {
  const host = hosted({ options: { login: { hooks }, password: { history: 2 } } });
  beforeEach(() => hooks.reset());

  async function arranged({ arrange, columns, fields }: Failure): Promise<{ person: Person; sent: Fields }> {
    const person = await host.people.person();
    if (columns) await host.rows.update('sso_user', { id: person.id }, columns);
    await arrange?.(host, person);
    hooks.calls.length = 0;
    return { person, sent: { username: person.username, password: PASSWORD, ...fields } };
  }

  it.each(failures)('is told $code of $name, once', async (failure) => {
    const { person, sent } = await arranged(failure);
    const answer = await host.visitor(client).login(sent);
    expectRefused(answer, failure.status, failure.code);
    expectNoSessionCookie(answer);
    expect(hooks.of('loginFailure')).toEqual([
      {
        hook: 'loginFailure',
        detail: failure.code,
        context: expect.objectContaining({
          username: sent.username,
          userId: failure.stranger ? undefined : person.id,
          email: failure.stranger ? undefined : person.email,
        }),
      },
    ]);
    for (const password of [sent.password, sent.new_password ?? sent.password])
      expect(JSON.stringify(hooks.calls)).not.toContain(password);
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
  });

  it.each(failures)('puts its own words in the place of $code of $name', async (failure) => {
    const { person, sent } = await arranged(failure);
    hooks.on('loginFailure', () => 'Ask <i>Ada</i>.');
    const answer = await host.visitor(client).login(sent);
    expectRefused(answer, 401, 'rejected_by_hook');
    expect(answer.message).toBe('Ask <i>Ada</i>.');
    if (client === 'form') expect(answer.body).not.toContain('<i>Ada');
    expectNoSessionCookie(answer);
    expect(hooks.of('loginFailure')).toHaveLength(1);
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
  });

  it('is told of a database that fails', async () => {
    const { username } = await host.people.person();
    await without(host, 'sso_session', async () => {
      expectRefused(
        await host.visitor(client).login({ username, password: PASSWORD }),
        503,
        'service_unavailable',
      );
    });
    expect(hooks.codes()).toEqual(['service_unavailable']);
    host.log.takeErrors();
  });
});

describe.each(clients)('loginFailure with throttling, by %s,', (client) => {
  const host = hosted({
    options: {
      login: { hooks },
      throttle: { account: { failures: 2, window: '12h', wait: '1m', maxWait: '15m' } },
    },
  });
  beforeEach(() => hooks.reset());

  it('is told too_many_attempts, also with the right password', async () => {
    const { username } = await host.people.person();
    for (const password of ['wrong one', 'wrong two', 'wrong three', PASSWORD])
      await host.visitor(client).login({ username, password });
    expect(hooks.codes()).toEqual([
      'invalid_credentials',
      'invalid_credentials',
      'too_many_attempts',
      'too_many_attempts',
    ]);
    expect(hooks.of('preLogin')).toHaveLength(2);
  });

  it('is no way to lock somebody out: what preLogin refuses is not counted', async () => {
    const { username } = await host.people.person();
    hooks.on('preLogin', () => 'Closed.');
    for (let attempt = 0; attempt < 4; attempt++)
      expectRefused(
        await host.visitor(client).login({ username, password: 'wrong' }),
        401,
        'rejected_by_hook',
      );
    hooks.reset();
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
  });

  it('is told of the attempts at names that nobody has', async () => {
    const username = freshUsername();
    for (let attempt = 0; attempt < 3; attempt++)
      await host.visitor(client).login({ username, password: 'wrong' });
    expect(hooks.codes()).toEqual(['invalid_credentials', 'invalid_credentials', 'too_many_attempts']);
  });
});
