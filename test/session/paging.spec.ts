import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { textOf } from '../support/page.js';
import { PASSWORD, type Person } from '../support/people.js';
import { HTML, type Visitor } from '../support/visitor.js';
import { actionsIn } from '../users/board.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';

/** Where a page leads to the next and the previous part of a list. */
function linksIn(html: string): string[] {
  return [...html.matchAll(/<a href="([^"]*)" rel="(?:prev|next)">/g)].map(([, to = '']) =>
    to.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'),
  );
}

describe.each(databases)('many sessions, on $name,', (database) => {
  const host = hosted({ database });

  /** Somebody with so many sessions, of which the last is in use. */
  async function scene(count: number): Promise<{ person: Person; visitor: Visitor; ids: string[] }> {
    const person = await host.people.person();
    for (let one = 1; one < count; one += 1) {
      await host.service.login(
        { username: person.username, password: PASSWORD },
        { remoteAddress: '127.0.0.1' },
      );
    }
    const visitor = await host.people.signIn(person, 'form');
    const rows = await host.rows.sessionsOf(person.id);
    const latestFirst = rows.toSorted(
      (a, b) => Number(b.last_seen_at) - Number(a.last_seen_at) || (String(a.id) < String(b.id) ? 1 : -1),
    );
    return { person, visitor, ids: latestFirst.map(({ id }) => String(id)) };
  }

  it.each(['/sessions', '/users/:id/sessions'])(
    'GET %s gives some at a time, the latest first',
    async (path) => {
      const { person, visitor, ids } = await scene(23);
      const admin = await host.people.signIn(await host.people.superUser());
      const asker = path === '/sessions' ? visitor : admin;
      const address = path.replace(':id', person.id);
      const page = async (query: string) => {
        const { status, json } = await asker.get(`${address}${query}`);
        expect(status).toBe(200);
        return { ...json, sessions: json.sessions?.map(({ id }) => id) };
      };
      const whole = { page_size: 20, pages: 2, total: 23 };
      expect(await page('')).toEqual({ sessions: ids.slice(0, 20), page: 1, ...whole });
      expect(await page('?page=2')).toEqual({ sessions: ids.slice(20), page: 2, ...whole });
      expect(await page('?page=2&page_size=7')).toEqual({
        sessions: ids.slice(7, 14),
        page: 2,
        page_size: 7,
        pages: 4,
        total: 23,
      });
      expect(await page('?page_size=100')).toEqual({
        sessions: ids,
        page: 1,
        page_size: 100,
        pages: 1,
        total: 23,
      });
      // Whoever reads until nothing comes has to get there.
      expect(await page('?page=9')).toEqual({ sessions: [], page: 9, ...whole });
    },
  );

  it.each([
    'page=0',
    'page=x',
    'page=-1',
    'page_size=0',
    'page_size=101',
    'page_size=1.5',
    'page[]=1',
    'page=1&page=2',
  ])('?%s is refused', async (query) => {
    const { person, visitor } = await scene(1);
    const admin = await host.people.signIn(await host.people.superUser());
    expectRefused(await visitor.get(`/sessions?${query}`), 422, 'invalid_field');
    expectRefused(await visitor.page(`/sessions?${query}`), 422, 'invalid_field');
    expectRefused(await admin.get(`/users/${person.id}/sessions?${query}`), 422, 'invalid_field');
  });

  it.each(['utm_source=x', 'pages=1', 'page=1&fbclid=a&fbclid=b', '__proto__[page]=9', 'x[]=1'])(
    '?%s is read without what is not known',
    async (query) => {
      const { person, visitor } = await scene(1);
      const admin = await host.people.signIn(await host.people.superUser());
      const addresses = [`/users/${person.id}/sessions`, `/users/${person.id}/audit`];
      for (const path of addresses) expect((await admin.get(`${path}?${query}`)).json.page).toBe(1);
      expect((await visitor.get(`/sessions?${query}`)).json).toMatchObject({ page: 1, total: 1 });
      for (const [asker, path] of [
        [visitor, '/sessions'],
        [admin, `/users/${person.id}`],
      ] as const) {
        const { status, body } = await asker.page(`${path}?${query}`);
        expect([status, linksIn(body)]).toEqual([200, []]);
      }
    },
  );

  it('the pages show the last part where the list ends before the one that is asked for', async () => {
    const { person, visitor, ids } = await scene(12);
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    const own = await visitor.page('/sessions?page_size=5&page=9&utm_source=x');
    expect(own.status).toBe(200);
    expect(textOf(own.body)).toContain('Page 3 of 3');
    expect(linksIn(own.body)).toEqual(['/sessions?page_size=5&page=2']);
    expect(actionsIn(own.body)).toContain(`/sessions/${ids[11]}/revoke`);
    const user = await admin.page(`/users/${person.id}?page=1000000&sessions_page=3`);
    expect(textOf(user.body).match(/Page \d+ of \d+/g)).toEqual(['Page 2 of 2', 'Page 2 of 2']);
    expect(user.body).toContain(`id="session-${ids[11]}"`);
  });

  it('expired ones are not counted', async () => {
    const { visitor, ids } = await scene(3);
    await host.rows.update('sso_session', { id: ids[2] }, { expires_at: 1 });
    expect((await visitor.get('/sessions')).json).toMatchObject({ total: 2 });
  });

  it('the page of the own sessions goes on, with the size that was asked for', async () => {
    const { visitor, ids } = await scene(5);
    const first = await visitor.page('/sessions?page_size=2');
    expect(textOf(first.body)).toContain('Page 1 of 3');
    expect(linksIn(first.body)).toEqual(['/sessions?page_size=2&page=2']);
    expect(textOf(first.body)).toContain('This session');
    const second = await visitor.page('/sessions?page_size=2&page=2');
    expect(linksIn(second.body)).toEqual(['/sessions?page_size=2&page=1', '/sessions?page_size=2&page=3']);
    expect(actionsIn(second.body)).toEqual([
      `/sessions/${ids[2]}/revoke`,
      `/sessions/${ids[3]}/revoke`,
      '/sessions/revoke-others',
    ]);
    const last = await visitor.page('/sessions?page_size=2&page=3');
    expect(actionsIn(last.body)).toContain('/sessions/revoke-others');
    expect(linksIn((await visitor.page('/sessions')).body)).toEqual([]);
    const headers = { accept: HTML, 'accept-language': 'ja' };
    const { body } = await visitor.send('GET', '/sessions?page_size=2', { headers });
    expect(textOf(body)).not.toMatch(/\b(page|next|of)\b/i);
  });

  it('a form that is refused is answered by the first of them', async () => {
    const { visitor, ids } = await scene(22);
    const token = await visitor.token('/sessions');
    const answer = await visitor.post(`/sessions/${NOBODY}/revoke?page=2`, token);
    expectRefused(answer, 404, 'session_not_found');
    expect(actionsIn(answer.body)).toContain(`/sessions/${ids[0]}/revoke`);
    expect(linksIn(answer.body)).toEqual(['/sessions?page=2']);
  });

  it('the page of a user goes on in the sessions and in the record, each for itself', async () => {
    const { person, ids } = await scene(12);
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    const own = `/users/${person.id}`;
    const shown = (html: string) => [...html.matchAll(/id="session-([^"]*)"/g)].map(([, id]) => id);
    const first = await admin.page(own);
    expect(shown(first.body)).toEqual(ids.slice(0, 10));
    expect(linksIn(first.body)).toEqual([`${own}?sessions_page=2#sessions`, `${own}?page=2#audit`]);
    const second = await admin.page(`${own}?page=2&sessions_page=2`);
    expect(shown(second.body)).toEqual(ids.slice(10));
    expect(linksIn(second.body)).toEqual([
      `${own}?page=2&sessions_page=1#sessions`,
      `${own}?page=1&sessions_page=2#audit`,
    ]);
    for (const query of ['sessions_page=0', 'sessions_page=x', 'page=0'])
      expectRefused(await admin.page(`${own}?${query}`), 422, 'invalid_field');
    const labels = [...second.body.matchAll(/<nav class="paging" aria-label="([^"]*)"/g)];
    expect(labels.map(([, label]) => label)).toEqual(['Sessions', 'Activity log']);
  });

  it('are found by code, some at a time or all', async () => {
    const { person, visitor, ids } = await scene(4);
    const me = { token: visitor.cookies.get('id') };
    const page = await host.service.searchSessions({ page: 2, pageSize: 3 }, me);
    expect({ ...page, sessions: page.sessions.map(({ id }) => id) }).toEqual({
      sessions: ids.slice(3),
      page: 2,
      pageSize: 3,
      total: 4,
    });
    const { total } = await host.service.searchSessions({}, host.people.caller, person.id);
    expect(total).toBe(4);
    expect(await host.service.listSessions(me)).toHaveLength(4);
    const stranger = await host.people.signIn(await host.people.person());
    const theirs = { token: stranger.cookies.get('id') };
    await expect(host.service.searchSessions({}, theirs, person.id)).rejects.toMatchObject({
      code: 'super_user_required',
    });
    await expect(host.service.searchSessions({}, host.people.caller, NOBODY)).rejects.toMatchObject({
      code: 'user_not_found',
    });
    await expect(host.service.searchSessions({ pageSize: 101 }, me)).rejects.toMatchObject({
      code: 'invalid_field',
    });
  });
});
