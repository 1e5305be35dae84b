import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';

const NOBODYS = '00000000-0000-7000-8000-000000000000';

const ways = [
  ['DELETE /sessions/:id', 'DELETE', (id: string) => `/sessions/${id}`],
  ['POST /sessions/:id/revoke', 'POST', (id: string) => `/sessions/${id}/revoke`],
] as const;

describe.each(databases)('the sessions of a user on $name', (database) => {
  const host = hosted({ database });

  it('are listed without any token, the current one marked', async () => {
    const person = await host.people.person();
    const other = await host.people.signIn(person);
    await host.people.signIn(await host.people.person());
    const visitor = host.visitor();
    await visitor.api(
      'POST',
      '/login',
      { username: person.username, password: person.password },
      {
        'user-agent': 'Netscape/4.0',
      },
    );

    const { status, json, body } = await visitor.get('/sessions');

    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(['sessions', 'page', 'page_size', 'pages', 'total']);
    const rows = await host.rows.sessionsOf(person.id);
    expect(json.sessions?.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
    const mine = json.sessions?.find(({ current }) => current);
    const row = rows.find(({ id }) => id === mine?.id);
    expect(mine).toEqual({
      id: row?.id,
      created_at: new Date(Number(row?.created_at)).toISOString(),
      last_seen_at: new Date(Number(row?.last_seen_at)).toISOString(),
      expires_at: new Date(Number(row?.expires_at)).toISOString(),
      authenticated_at: new Date(Number(row?.authenticated_at)).toISOString(),
      amr: ['pwd'],
      remembered: false,
      remote_address: expect.stringContaining('127.0.0.1'),
      user_agent: 'Netscape/4.0',
      current: true,
    });
    expect(json.sessions?.filter(({ current }) => current)).toHaveLength(1);
    for (const secret of [visitor.cookies.get('id'), other.cookies.get('id'), String(row?.token_hash)]) {
      expect(body).not.toContain(secret);
    }
  });

  it('are not listed once they have expired', async () => {
    const person = await host.people.person();
    await host.people.signIn(person);
    await host.rows.update('sso_session', { user_id: person.id }, { expires_at: Date.now() - 1 });
    const visitor = await host.people.signIn(person);
    expect((await visitor.get('/sessions')).json.sessions).toHaveLength(1);
  });

  it('note a user agent of any length', async () => {
    const { username, password } = await host.people.person();
    const visitor = host.visitor();
    const headers = { 'user-agent': 'x'.repeat(3000) };
    const { status } = await visitor.api('POST', '/login', { username, password }, headers);
    expect(status).toBe(200);
    expect((await visitor.get('/sessions')).json.sessions?.[0]?.user_agent).toMatch(/^x{10,}$/);
  });

  it('are hidden from strangers, and so are their ends', async () => {
    const visitor = host.visitor();
    expectRefused(await visitor.get('/sessions'), 401, 'not_authenticated');
    for (const [, method, path] of ways) {
      expectRefused(await visitor.api(method, path(NOBODYS)), 401, 'not_authenticated');
    }
    expectRefused(await visitor.api('POST', '/sessions/revoke-others'), 401, 'not_authenticated');
  });

  describe.each(ways)('%s', (_, method, path) => {
    it('ends another session of mine', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      const other = await host.people.signIn(person);
      const { json } = await visitor.get('/sessions');
      const { id } = json.sessions?.find(({ current }) => !current) ?? { id: '' };

      const answer = await visitor.api(method, path(id));

      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ message: 'session ended' });
      expect(await other.isSignedIn()).toBe(false);
      expect(await visitor.isSignedIn()).toBe(true);
      expectRefused(await visitor.api(method, path(id)), 404, 'session_not_found');
    });

    it('ends the current one too', async () => {
      const visitor = await host.people.signIn(await host.people.person());
      const stolen = visitor.twin();
      const { json } = await visitor.get('/sessions');
      expect((await visitor.api(method, path(json.sessions?.[0]?.id ?? ''))).status).toBe(200);
      expect(await stolen.isSignedIn()).toBe(false);
    });

    it("does not find anybody else's session", async () => {
      const person = await host.people.person();
      const owner = await host.people.signIn(person);
      const [row] = await host.rows.sessionsOf(person.id);
      const stranger = await host.people.signIn(await host.people.person());
      const admin = await host.people.signIn(await host.people.superUser());
      for (const other of [stranger, admin]) {
        expectRefused(await other.api(method, path(String(row?.id))), 404, 'session_not_found');
      }
      expect(await owner.isSignedIn()).toBe(true);
    });

    it.each([NOBODYS, 'abc', '1', "'%20OR%201=1", '%00', 'x'.repeat(2000)])(
      'does not find %j',
      async (id) => {
        const visitor = await host.people.signIn(await host.people.person());
        const answer = await visitor.api(method, path(id));
        expect(answer.status).toBe(404);
        expect(answer.json.code).toBe('session_not_found');
        expect(await visitor.isSignedIn()).toBe(true);
      },
    );
  });

  it('end all but the current one by POST /sessions/revoke-others', async () => {
    const person = await host.people.person();
    const others = [await host.people.signIn(person), await host.people.signIn(person)];
    const stranger = await host.people.signIn(await host.people.person());
    const visitor = await host.people.signIn(person);

    const { status, json } = await visitor.api('POST', '/sessions/revoke-others');

    expect({ status, json }).toMatchObject({ status: 200, json: { revoked: 2 } });
    for (const other of others) expect(await other.isSignedIn()).toBe(false);
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await stranger.isSignedIn()).toBe(true);
    expect((await visitor.api('POST', '/sessions/revoke-others')).json).toMatchObject({ revoked: 0 });
  });
});

describe('the routes of sessions, switched off', () => {
  const host = hosted({ options: { routes: { sessions: false } } });

  it('do not exist', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    expect((await visitor.get('/sessions')).status).toBe(404);
    expect((await visitor.api('POST', '/sessions/revoke-others')).status).toBe(404);
    expect((await visitor.get('/private')).status).toBe(200);
  });
});
