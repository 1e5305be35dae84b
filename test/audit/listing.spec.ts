import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AuditAction, SsoAuditEvent } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD, type Person } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';
import { headers } from '../hooks/recorder.js';

interface Page {
  events: Record<string, unknown>[];
  page: number;
  page_size: number;
  total: number;
}

describe.each(databases)('GET /users/:id/audit on $name', (database) => {
  const host = hosted({ database });
  let boss: Person;
  let admin: Visitor;

  beforeAll(async () => {
    boss = await host.people.superUser();
    admin = await host.people.signIn(boss);
  });

  async function audit(id: string, query = ''): Promise<Page> {
    const answer = await admin.get(`/users/${id}/audit${query}`);
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body);
  }

  it('tells everything that was recorded of a user, the latest first', async () => {
    const { id, username } = await host.people.person();
    await host.visitor().submit('/login', { username, password: PASSWORD }, headers);
    await host.visitor().submit('/login', { username, password: 'not this one' }, headers);
    const { events, ...page } = await audit(id);
    expect(page).toEqual({ page: 1, page_size: 20, pages: 1, total: 3 });
    expect(events.map(({ action }) => action)).toEqual(['login', 'login', 'user.create']);
    expect(events[0]).toEqual({
      id: expect.any(String),
      actor: null,
      target: id,
      action: 'login',
      outcome: 'failure',
      code: 'invalid_credentials',
      detail: null,
      on_behalf: null,
      app: 'the shop',
      remote_address: '127.0.0.1',
      user_agent: 'Test Browser/7',
      correlation_id: 'request-4711',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(events[1]).toMatchObject({ outcome: 'success', detail: 'pwd', on_behalf: null });
    expect(events[2]).toMatchObject({ actor: 'system:tests', outcome: 'success', code: null });
  });

  it('pages through it, every event once', async () => {
    const { id } = await host.people.person();
    const now = Date.now();
    await host.dataSource.getRepository(SsoAuditEvent).insert(
      Array.from({ length: 24 }, (_, index) => ({
        id: randomUUID(),
        actor: boss.id,
        target: id,
        action: `step ${index}` as AuditAction,
        outcome: 'success' as const,
        // Three of each instant, so that the order has to be settled otherwise.
        at: new Date(now - 1000 * Math.floor(index / 3)),
      })),
    );
    const pages = [];
    for (const page of [1, 2, 3, 4]) pages.push(await audit(id, `?page=${page}&page_size=10`));
    expect(pages.map(({ events }) => events.length)).toEqual([10, 10, 5, 0]);
    expect(pages.map(({ total, page, page_size: size }) => [total, page, size])).toEqual(
      [1, 2, 3, 4].map((page) => [25, page, 10]),
    );
    const events = pages.flatMap((page) => page.events);
    expect(new Set(events.map((event) => event.id)).size).toBe(25);
    const instants = events.map(({ at }) => String(at));
    expect(instants).toEqual(instants.toSorted().toReversed());
    expect((await audit(id, '?page_size=100')).events).toHaveLength(25);
  });

  it('tells nothing of anybody else', async () => {
    const { id } = await host.people.person();
    const other = await host.people.person();
    await host.people.signIn(other);
    expect((await audit(id)).events.map(({ target }) => target)).toEqual([id]);
  });

  it.each(['page=0', 'page=x', 'page=1.5', 'page_size=0', 'page_size=101', 'page=1&page=2'])(
    'refuses the query %s',
    async (query) => {
      expectRefused(await admin.get(`/users/${boss.id}/audit?${query}`), 422, 'invalid_field');
    },
  );

  it('passes over what the query has of others', async () => {
    const { id } = await host.people.person();
    expect(await audit(id, '?sort=at&utm_source=x')).toMatchObject({ page: 1, total: 1 });
  });

  it('is closed to strangers and regular users, even on themselves', async () => {
    const person = await host.people.person();
    const path = `/users/${person.id}/audit`;
    expectRefused(await host.visitor().get(path), 401, 'not_authenticated');
    expectRefused(await (await host.people.signIn(person)).get(path), 403, 'super_user_required');
    expectRefused(await (await host.people.signIn(person)).get('/users/x/audit'), 403, 'super_user_required');
  });

  it('answers 404 for whoever does not exist', async () => {
    for (const id of [randomUUID(), 'nobody', "'", '%00', '1'])
      expectRefused(await admin.get(`/users/${id}/audit`), 404, 'user_not_found');
  });

  it('asks for the right to see it where the service is called from code too', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const caller = { token: visitor.cookies.get('id') };
    await expect(host.service.listAuditEvents(person.id, {}, caller)).rejects.toMatchObject({
      code: 'super_user_required',
    });
    await expect(host.service.listAuditEvents(person.id, {}, {})).rejects.toMatchObject({
      code: 'not_authenticated',
    });
  });
});

describe('GET /users/:id/audit, not switched on', () => {
  const host = hosted({ options: { routes: { users: false } } });

  it('does not exist', async () => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    expect((await admin.get(`/users/${boss.id}/audit`)).status).toBe(404);
  });
});
