import { describe, expect, it } from 'vitest';
import { expectPrivate, expectShielded } from '../headers/shield.js';
import { databases } from '../support/databases.js';
import { expectRefused, expectSessionCookieCleared } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, noticeIn, textOf } from '../support/page.js';
import { HTML, type Visitor } from '../support/visitor.js';
import { actionsIn } from '../users/board.js';

const NOBODYS = '00000000-0000-7000-8000-000000000000';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';

async function press(visitor: Visitor, path: string, action: string) {
  return visitor.post(action, await visitor.token(path));
}

describe.each(databases)('the page of the own sessions on $name', (database) => {
  const host = hosted({ database });

  async function signedInTwice() {
    const person = await host.people.person();
    const other = await host.people.signIn(person);
    const visitor = await host.people.signIn(person, 'form');
    const { json } = await visitor.get('/sessions');
    const idOf = (current: boolean) => json.sessions?.find((one) => one.current === current)?.id ?? '';
    return { person, other, visitor, mine: idOf(true), theirs: idOf(false) };
  }

  it('shows each with device, address and times, the current one marked, and never a token', async () => {
    const { person, visitor, other, mine, theirs } = await signedInTwice();
    await host.rows.update(
      'sso_session',
      { id: theirs },
      { user_agent: FIREFOX, remote_address: '192.0.2.7' },
    );
    const page = await visitor.page('/sessions');

    expect(page.status).toBe(200);
    expectPrivate(page);
    expectShielded(page);
    const text = textOf(page.body);
    expect(text).toContain(`Signed in as ${person.username}`);
    expect(text).toContain('Firefox 127 · Linux');
    expect(text).toContain('192.0.2.7');
    expect(text.match(/This session/g)).toHaveLength(1);
    expect(text).toMatch(/Last active \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(page.body).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[\d:.]+Z">/);
    expect(actionsIn(page.body).toSorted()).toEqual(
      [`/sessions/${mine}/revoke`, `/sessions/${theirs}/revoke`, '/sessions/revoke-others'].toSorted(),
    );
    for (const secret of [visitor.cookies.get('id'), other.cookies.get('id')])
      expect(page.body).not.toContain(secret);
  });

  it('is JSON for whoever does not ask for HTML by name', async () => {
    const { visitor } = await signedInTwice();
    for (const accept of ['*/*', 'application/json', '', 'text/*;q=0.5, application/json']) {
      const answer = await visitor.get('/sessions', accept);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(answer.json.sessions).toHaveLength(2);
    }
  });

  it('signs another session out, and says so', async () => {
    const { visitor, other, theirs } = await signedInTwice();
    const answer = await press(visitor, '/sessions', `/sessions/${theirs}/revoke`);
    expect([answer.status, answer.headers.location]).toEqual([303, '/sessions']);
    expect(await other.isSignedIn()).toBe(false);
    const page = await visitor.page('/sessions');
    expect(noticeIn(page.body)).toBe('The session has been logged out.');
    expect(actionsIn(page.body)).not.toContain('/sessions/revoke-others');
  });

  it('signs the current session out too', async () => {
    const { visitor, other, mine } = await signedInTwice();
    const answer = await press(visitor, '/sessions', `/sessions/${mine}/revoke`);
    expect([answer.status, answer.headers.location]).toEqual([303, '/sessions']);
    expectSessionCookieCleared(answer);
    expect(await other.isSignedIn()).toBe(true);
    expect((await visitor.page('/sessions')).headers.location).toBe('/login?next=%2Fsessions');
    expect(noticeIn((await visitor.page('/login')).body)).toBe('You have been logged out.');
  });

  it('signs all others out', async () => {
    const { visitor, other } = await signedInTwice();
    const answer = await press(visitor, '/sessions', '/sessions/revoke-others');
    expect([answer.status, answer.headers.location]).toEqual([303, '/sessions']);
    expect([await other.isSignedIn(), await visitor.isSignedIn()]).toEqual([false, true]);
    expect(noticeIn((await visitor.page('/sessions')).body)).toBe(
      'You have been logged out everywhere else.',
    );
  });

  it('says in an alert that a session is not there, or somebody else’s', async () => {
    const { visitor } = await signedInTwice();
    const stranger = await signedInTwice();
    for (const id of [NOBODYS, stranger.mine, 'abc', '%00']) {
      const answer = await press(visitor, '/sessions', `/sessions/${id}/revoke`);
      expectRefused(answer, 404, 'session_not_found');
      expectShielded(answer);
      expect(answer.message).toBe('Session not found.');
      expect(textOf(answer.body)).toContain('This session');
    }
    expect(await stranger.visitor.isSignedIn()).toBe(true);
  });

  it('does nothing without the token of its form, or for another site', async () => {
    const { visitor, other, theirs } = await signedInTwice();
    for (const action of [`/sessions/${theirs}/revoke`, '/sessions/revoke-others']) {
      const refused = await visitor.post(action, {});
      expectRefused(refused, 403, 'csrf_failed');
      expect(inputIn(refused.body, 'csrf_token')).toMatch(/./);
      const token = await visitor.token('/sessions');
      const foreign = await visitor.post(action, token, { 'sec-fetch-site': 'cross-site' });
      expectRefused(foreign, 403, 'csrf_failed');
      // Who it was is not known by then.
      expect(foreign.body).not.toContain('/revoke');
    }
    expect(await other.isSignedIn()).toBe(true);
  });

  it('leads strangers to the login, and those who must change the password there', async () => {
    const stranger = host.visitor('form');
    expect((await stranger.page('/sessions')).headers.location).toBe('/login?next=%2Fsessions');
    expectRefused(await stranger.post('/sessions/revoke-others', {}), 401, 'not_authenticated');
    const { person, visitor } = await signedInTwice();
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    const led = await visitor.page('/sessions');
    expect([led.status, led.headers.location]).toEqual([303, '/change-password?next=%2Fsessions']);
    const refused = await press(visitor, '/change-password', '/sessions/revoke-others');
    expectRefused(refused, 403, 'password_change_required');
    expect(refused.body).toContain('<a href="/change-password">');
    expect((await visitor.page('/change-password')).body).not.toContain('href="/sessions"');
  });
});

describe('the links to the own sessions', () => {
  const host = hosted();

  it('are on the login page and on change-password, for those who are signed in', async () => {
    expect((await host.visitor().page('/login')).body).not.toContain('"/sessions"');
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    for (const path of ['/login', '/change-password']) {
      const page = await visitor.page(path);
      expect(page.body).toContain('<a href="/sessions">My sessions</a>');
      expect(page.body).not.toContain('"/users"');
      expect((await admin.page(path)).body).toContain('<a href="/users">Users</a>');
    }
  });

  it('in another language are in that language', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const headers = { accept: HTML, 'accept-language': 'de' };
    const { body } = await visitor.send('GET', '/sessions', { headers });
    expect(textOf(body)).toContain('Diese Sitzung');
    expect(textOf(body)).not.toMatch(/\b(sessions?|sign|signed|address)\b/i);
  });
});

describe('the links to pages that are switched off', () => {
  const host = hosted({ options: { routes: { sessions: false, users: false } } });

  it('are not there', async () => {
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    for (const path of ['/login', '/change-password'])
      expect((await admin.page(path)).body).not.toMatch(/"\/(sessions|users)/);
  });
});
