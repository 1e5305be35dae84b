import { beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { SsoAuditEvent } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { linksIn, textOf } from '../support/page.js';
import { freshUsername, PASSWORD, type Person } from '../support/people.js';
import { StatementLog } from '../support/statement-log.js';
import type { Visitor } from '../support/visitor.js';

interface Page {
  events: Record<string, unknown>[];
  page: number;
  page_size: number;
  total: number;
}

/** Long before anything that the tests do. */
const DAY = '2020-05-17';
const at = (time: string): Date => new Date(`${DAY}T${time}Z`);
const ADDRESS = '198.51.100.7';

describe.each(databases)('the audit log of all users on $name', (database) => {
  const host = hosted({ database });
  let boss: Person;
  let admin: Visitor;
  let person: Person;
  let other: Person;

  beforeAll(async () => {
    boss = await host.people.superUser();
    admin = await host.people.signIn(boss, 'form');
    person = await host.people.person();
    other = await host.people.person();
    const event = (given: Partial<SsoAuditEvent>) => ({
      id: newId(),
      actor: null,
      target: person.id,
      action: 'login' as const,
      outcome: 'success' as const,
      code: null,
      remoteAddress: ADDRESS,
      at: at('12:00:00'),
      ...given,
    });
    await host.dataSource
      .getRepository(SsoAuditEvent)
      .insert([
        event({ at: at('00:00:00'), actor: person.id, action: 'logout' }),
        event({ at: at('01:00:00'), outcome: 'failure', code: 'invalid_credentials' }),
        event({ at: at('02:00:00'), outcome: 'failure', code: 'invalid_credentials', target: null }),
        event({ at: at('03:00:00'), actor: person.id, target: other.id, action: 'user.lock' }),
        event({ at: at('04:00:00'), target: other.id, remoteAddress: '2001:db8::7' }),
        event({ at: at('05:00:00'), actor: other.id, target: null, action: 'access', outcome: 'failure' }),
        event({ at: new Date(at('00:00:00').getTime() + 86_399_999), target: other.id, remoteAddress: null }),
      ]);
  });

  async function found(query: string): Promise<Page> {
    const answer = await admin.get(`/audit?${query}`);
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body);
  }

  /** The hours of the events of that day, in the order in which they came. */
  async function hours(query: string): Promise<number[]> {
    const { events } = await found(`since=${DAY}&until=${DAY}&${query}`);
    return events.map((event) => new Date(String(event.at)).getUTCHours());
  }

  it('has the events of everybody and of nobody, the latest first', async () => {
    const nobody = freshUsername();
    await host.visitor().login({ username: nobody, password: PASSWORD });
    await host.visitor().login({ username: other.username, password: 'not this one' });
    const { events, ...page } = await found('page_size=2');
    expect(page).toMatchObject({ page: 1, page_size: 2 });
    expect(events).toMatchObject([
      { action: 'login', outcome: 'failure', code: 'invalid_credentials', target: other.id },
      { action: 'login', outcome: 'failure', code: 'invalid_credentials', target: null, actor: null },
    ]);
    // People type their password into the field for the name.
    expect(JSON.stringify(events)).not.toContain(nobody);
    expect(await hours('')).toEqual([23, 5, 4, 3, 2, 1, 0]);
  });

  it('finds those of a user, by name in any case or by id: what concerns them, and what they did', async () => {
    expect(await hours(`user=${person.username.toUpperCase()}`)).toEqual([3, 1, 0]);
    expect(await hours(`user=${other.id.toUpperCase()}`)).toEqual([23, 5, 4, 3]);
    expect(await found('user=nobody-has-this-name')).toMatchObject({ events: [], total: 0 });
    expect(await hours(`user=${encodeURIComponent(boss.username)}`)).toEqual([]);
  });

  it('finds those of a user who was deleted, by id', async () => {
    const gone = await host.people.person();
    await host.service.deleteUserById(gone.id, host.people.caller);
    const { events } = await found(`user=${gone.id}`);
    expect(events.map(({ action }) => action)).toEqual(['user.delete', 'user.create']);
    expect(await found(`user=${gone.username}`)).toMatchObject({ total: 0 });
    const page = textOf((await admin.page(`/audit?user=${gone.id}`)).body);
    expect(page).toContain(gone.id);
  });

  it('finds those of nobody known, and all others', async () => {
    expect(await hours('known_user=false')).toEqual([2]);
    expect(await hours('known_user=true')).toEqual([23, 5, 4, 3, 1, 0]);
    expect(await hours(`known_user=true&user=${person.id}`)).toEqual([3, 1, 0]);
    expect(await hours(`known_user=false&user=${person.id}`)).toEqual([]);
  });

  it.each([
    ['action=logout', [0]],
    ['action=user.lock', [3]],
    ['action=user.import', []],
    ['outcome=failure', [5, 2, 1]],
    ['outcome=failure&action=login', [2, 1]],
    [`remote_address=${ADDRESS}`, [5, 3, 2, 1, 0]],
    [`remote_address=::ffff:${ADDRESS}&outcome=failure`, [5, 2, 1]],
    ['remote_address=2001:db8::7', [4]],
    ['remote_address=198.51.100.', []],
    ['remote_address=%25', []],
  ])('filters by %s', async (query, expected) => {
    expect(await hours(query)).toEqual(expected);
  });

  it.each([
    [`since=${DAY}T04:00:00Z&until=${DAY}T05:00:00Z`, [5, 4]],
    [`since=${DAY}T06:00:00%2B02:00&until=${DAY}T04:30:00Z`, [4]],
    ['until=2020-05-16', []],
    [`until=${DAY}T00:00:00Z`, [0]],
    [`since=${DAY}T23:00:00Z&until=${DAY}`, [23]],
    [`since=2020-05-18&until=${DAY}`, []],
  ])('filters by time: %s', async (query, expected) => {
    const { events } = await found(query);
    expect(events.map((event) => new Date(String(event.at)).getUTCHours())).toEqual(expected);
  });

  it('pages through it, every event once', async () => {
    const pages: number[][] = [];
    for (const page of [1, 2, 3, 4]) pages.push(await hours(`page=${page}&page_size=3`));
    expect(pages).toEqual([[23, 5, 4], [3, 2, 1], [0], []]);
    expect(await found(`since=${DAY}&until=${DAY}&page=4&page_size=3`)).toMatchObject({
      page: 4,
      pages: 3,
      total: 7,
    });
  });

  it.each([
    'page=0',
    'page_size=101',
    'action=login&action=logout',
    'action=sleep',
    'outcome=maybe',
    'known_user=perhaps',
    'since=yesterday',
    'since=2020-05-17T12:00',
    'until=2020-13-01',
    'user=%00',
    `user=${'x'.repeat(256)}`,
    'user[a]=1',
    'remote_address=%07',
    `remote_address=${'1'.repeat(46)}`,
  ])('refuses the query %s, on the page and in JSON', async (query) => {
    expectRefused(await admin.get(`/audit?${query}`), 422, 'invalid_field');
    expectRefused(await admin.page(`/audit?${query}`), 422, 'invalid_field');
  });

  it('is a page with names in the place of ids, links to the users, and the filters as they were set', async () => {
    const { status, body } = await admin.page(
      `/audit?since=${DAY}&until=${DAY}T20:00:00Z&user=${other.username}&utm_source=x`,
    );
    expect(status).toBe(200);
    const text = textOf(body);
    expect(text).toContain('Events found: 3');
    expect(body).toContain(`<a href="/users/${other.id}">${other.username}</a>`);
    expect(text).toContain(`Locked ${other.username} ${person.username} ${ADDRESS}`);
    expect(body).toContain(`name="since" type="date" value="${DAY}"`);
    expect(body).toContain(`name="until" type="text" value="${DAY}T20:00:00Z"`);
    expect(body).toContain(`name="user" type="search" value="${other.username}"`);
    const unknown = textOf((await admin.page(`/audit?since=${DAY}&until=${DAY}&known_user=false`)).body);
    expect(unknown).toContain('Login Failed: ');
  });

  it('keeps the filters from page to page, and shows the last page where there are not as many', async () => {
    const query = `since=${DAY}&until=${DAY}&outcome=failure`;
    const { body } = await admin.page(`/audit?${query}&page_size=2&page=99&utm_source=x`);
    expect(textOf(body)).toContain('Page 2 of 2');
    expect(linksIn(body)).toContain(`/audit?${query}&page_size=2&page=1`);
    expect(body).not.toContain('utm_source');
  });

  it('takes the empty fields of its form for no condition', async () => {
    const empty = 'user=&known_user=&action=&outcome=&remote_address=&since=&until=';
    expect((await admin.page(`/audit?${empty}`)).status).toBe(200);
    expect((await found(empty)).total).toBeGreaterThan(7);
  });

  it('shows nothing that somebody has typed as HTML', async () => {
    const script = '<script>alert(1)</script>';
    const { body } = await admin.page(`/audit?user=${encodeURIComponent(script)}`);
    expect(body).not.toContain(script);
    expect(textOf(body)).toContain('Events found: 0');
  });

  it('is closed to strangers and regular users, on the page, in JSON and in the service', async () => {
    expectRefused(await host.visitor().get('/audit'), 401, 'not_authenticated');
    expect((await host.visitor('form').page('/audit')).location).toBe('/login?next=%2Faudit');
    const visitor = await host.people.signIn(person);
    expectRefused(await visitor.get('/audit'), 403, 'super_user_required');
    expectRefused(await visitor.page('/audit'), 403, 'super_user_required');
    const caller = { token: visitor.cookies.get('id') };
    await expect(host.service.searchAuditEvents({}, caller)).rejects.toMatchObject({
      code: 'super_user_required',
    });
    await expect(host.service.searchAuditEvents({}, {})).rejects.toMatchObject({ code: 'not_authenticated' });
  });

  it('takes dates from code, and refuses what it does not know', async () => {
    const { caller } = host.people;
    const { total, events } = await host.service.searchAuditEvents(
      { since: at('03:00:00'), until: at('04:00:00'), pageSize: 1 },
      caller,
    );
    expect([total, events.map(({ at: instant }) => instant)]).toEqual([2, [at('04:00:00')]]);
    const unknown = { actor: person.id } as object;
    await expect(host.service.searchAuditEvents(unknown, caller)).rejects.toMatchObject({
      code: 'invalid_field',
    });
  });
});

describe.each(databases)('the statements on $name of the page of the audit log', (database) => {
  const log = new StatementLog();
  const host = hosted({ database, dataSource: { logging: true, logger: log } });

  it('are the reader twice, the events, and the names of all whom they name', async () => {
    const boss = await host.people.superUser();
    const reader = await host.people.signIn(boss, 'form');
    const { statements, transactions } = await log.during(() => reader.page('/audit'));
    expect([...new Set(statements)]).toEqual([
      'SELECT sso_session',
      'SELECT sso_audit_event',
      'SELECT sso_user',
    ]);
    expect(statements.length).toBeLessThanOrEqual(5);
    expect(transactions).toBe(0);
    const named = await log.during(() => reader.page(`/audit?user=${boss.username}`));
    expect(named.statements.filter((statement) => statement === 'SELECT sso_user')).toHaveLength(2);
  });

  it('find the events of a user and of an address by an index', async () => {
    const indexes = host.dataSource
      .getMetadata(SsoAuditEvent)
      .indices.map(({ columns }) => columns.map(({ databaseName }) => databaseName).join());
    expect(indexes.toSorted()).toEqual(['actor', 'at', 'remote_address', 'target']);
  });
});

describe('the audit log of all users, not switched on', () => {
  const host = hosted({ options: { routes: { audit: false } } });

  it('has no address, and no link leads there', async () => {
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    expect((await admin.get('/audit')).status).toBe(404);
    expect((await admin.page('/users')).body).not.toContain('href="/audit"');
  });
});

describe('the audit log of all users, without the pages of users', () => {
  const host = hosted({ options: { routes: { users: false } } });

  it('shows the names without links', async () => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss, 'form');
    const { body } = await admin.page(`/audit?user=${boss.username}`);
    expect(textOf(body)).toContain(boss.username);
    expect(body).not.toContain('/users');
  });
});
