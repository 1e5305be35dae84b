import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD } from '../support/people.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';

const routes: [method: string, path: string, fields?: object][] = [
  ['GET', '/users'],
  ['POST', '/users', { username: 'made-by-a-stranger' }],
  ['GET', '/users/:id'],
  ['PATCH', '/users/:id', { is_super_user: true }],
  ['DELETE', '/users/:id'],
  ['POST', '/users/:id/password', { new_password: OTHER_PASSWORD }],
  ['POST', '/users/:id/lock'],
  ['POST', '/users/:id/unlock'],
  ['POST', '/users/:id/approve'],
  ['POST', '/users/:id/reject'],
  ['GET', '/users/:id/sessions'],
  ['DELETE', '/users/:id/sessions'],
  ['DELETE', `/users/:id/sessions/${NOBODY}`],
  ['POST', `/users/:id/sessions/${NOBODY}/revoke`],
];
const aimed = routes.filter(([, path]) => path.includes(':id'));

describe.each(databases)('the users, to whoever asks, on $name', (database) => {
  const host = hosted({ database });

  it.each(routes)('%s %s is closed to strangers', async (method, path, fields) => {
    const { id } = await host.people.person();
    const users = await host.rows.all('sso_user');
    const answer = await host.visitor().api(method, path.replace(':id', id), fields);
    expectRefused(answer, 401, 'not_authenticated');
    expect(await host.rows.all('sso_user')).toEqual(users);
  });

  it.each(routes)('%s %s is closed to regular users, even on themselves', async (method, path, fields) => {
    const person = await host.people.person();
    const other = await host.people.person();
    const visitor = await host.people.signIn(person);
    const users = await host.rows.all('sso_user');
    for (const id of [other.id, person.id, NOBODY]) {
      const answer = await visitor.api(method, path.replace(':id', id), fields);
      expectRefused(answer, 403, 'super_user_required');
    }
    expect(await host.rows.all('sso_user')).toEqual(users);
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it.each(aimed)('%s %s answers 404 for whoever does not exist', async (method, path, fields) => {
    const admin = await host.people.signIn(await host.people.superUser());
    const users = await host.rows.all('sso_user');
    for (const id of [NOBODY, 'abc', '1', '%00', "'%20OR%20'1'='1", 'x'.repeat(1000)]) {
      expectRefused(await admin.api(method, path.replace(':id', id), fields), 404, 'user_not_found');
    }
    expect(await host.rows.all('sso_user')).toEqual(users);
  });

  it('a super-user who is demoted loses everything at the next request', async () => {
    const person = await host.people.superUser();
    const visitor = await host.people.signIn(person);
    const admin = await host.people.signIn(await host.people.superUser());
    expect((await visitor.get('/users')).status).toBe(200);
    expect((await admin.api('PATCH', `/users/${person.id}`, { is_super_user: false })).status).toBe(200);
    expectRefused(await visitor.get('/users'), 403, 'super_user_required');
    expectRefused(await visitor.get('/admin'), 403, 'super_user_required');
  });
});

describe('the routes of users, not switched on', () => {
  const host = hosted({ options: { routes: { users: false } } });

  it.each(routes)('%s %s does not exist', async (method, path, fields) => {
    const admin = await host.people.signIn(await host.people.superUser());
    expect((await admin.api(method, path.replace(':id', NOBODY), fields)).status).toBe(404);
  });
});
