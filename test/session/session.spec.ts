import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';

describe.each(databases)('GET /session on $name', (database) => {
  const host = hosted({ database });

  it('tells who is signed in and for how long', async () => {
    const person = await host.people.person();
    const { id, username, email } = person;
    const visitor = await host.people.signIn(person);
    const [row] = await host.rows.sessionsOf(id);
    const { status, json } = await visitor.get('/session');
    expect(status).toBe(200);
    expect(row).toMatchObject({ authenticated_at: row?.created_at, amr: 'pwd', remembered: 0 });
    expect(json).toEqual({
      user: { user_id: id, username, email, display_name: null, is_super_user: false },
      expires_at: new Date(Number(row?.expires_at)).toISOString(),
      max_expires_at: new Date(Number(row?.max_expires_at)).toISOString(),
      authenticated_at: new Date(Number(row?.authenticated_at)).toISOString(),
      amr: ['pwd'],
      remembered: false,
      password_change_required: false,
    });
  });

  it('tells that a super-user is one', async () => {
    const visitor = await host.people.signIn(await host.people.superUser());
    expect((await visitor.get('/session')).json.user).toMatchObject({ is_super_user: true });
  });

  it('refuses a stranger', async () => {
    const answer = await host.visitor().get('/session');
    expectRefused(answer, 401, 'not_authenticated');
    expectNoSessionCookie(answer);
  });

  it.each([
    ['cut short', (token: string) => token.slice(0, -1)],
    ['one character off', (token: string) => (token.startsWith('A') ? 'B' : 'A') + token.slice(1)],
    ['in another case', (token: string) => token.toLowerCase().replace(/^./, (c) => c.toUpperCase())],
    ['quoted', (token: string) => `"${token}x"`],
    ['eight kilobytes long', (token: string) => token.repeat(190)],
    ['empty', () => ''],
    ['broken percent signs', () => '%E0%A4%A'],
    ['JSON', () => 'j:{"user_id":1}'],
    ['SQL', () => "' OR 1=1 --"],
    ['not ASCII', () => 'caf\u00e9'],
  ])('takes a token that is %s for none', async (_, spoil) => {
    const visitor = await host.people.signIn(await host.people.person());
    const thief = host.visitor();
    thief.cookies.put('id', spoil(visitor.cookies.get('id') ?? ''));
    for (const path of ['/session', '/private']) {
      expectRefused(await thief.get(path), 401, 'not_authenticated');
    }
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('takes the first of two tokens that is alive, and never mixes them', async () => {
    const [one, two] = [await host.people.person(), await host.people.person()];
    const tokens = [await host.people.signIn(one), await host.people.signIn(two)].map(
      ({ cookies }) => `id=${cookies.get('id')}`,
    );
    const read = (cookie: string) => host.visitor().send('GET', '/session', { headers: { cookie } });
    expect((await read(tokens.join('; '))).json.user?.user_id).toBe(one.id);
    expect((await read(tokens.toReversed().join('; '))).json.user?.user_id).toBe(two.id);
    expect((await read(`id=${'a'.repeat(43)}; ${tokens[0]}`)).json.user?.user_id).toBe(one.id);
    expectRefused(await read(`id=${tokens[0]?.slice(3)}${tokens[1]?.slice(3)}`), 401, 'not_authenticated');
    expectRefused(await read(`ID=1; =id=2; ${tokens[0]?.replace('id', 'Id')}`), 401, 'not_authenticated');
  });

  it('does not take the hash in the table for a token', async () => {
    const person = await host.people.person();
    await host.people.signIn(person);
    const [row] = await host.rows.sessionsOf(person.id);
    const thief = host.visitor();
    for (const value of [row?.token_hash, row?.id]) {
      thief.cookies.put('id', String(value));
      expect(await thief.isSignedIn()).toBe(false);
    }
  });

  it('is no door for a session whose user is gone, locked, inactive or no longer approved', async () => {
    for (const columns of [{ is_locked: true }, { is_active: false }, { approval_status: 'rejected' }]) {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      await host.rows.update('sso_user', { id: person.id }, columns);
      expectRefused(await visitor.get('/private'), 401, 'not_authenticated');
    }
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.service.deleteUserById(person.id, host.people.caller);
    expectRefused(await visitor.get('/session'), 401, 'not_authenticated');
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
  });

  it('is no door for a session of an older password', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const { password_version: version } = await host.rows.user(person.id);
    await host.rows.update('sso_user', { id: person.id }, { password_version: Number(version) + 1 });
    for (const path of ['/session', '/sessions', '/private']) {
      expectRefused(await visitor.get(path), 401, 'not_authenticated');
    }
  });
});
