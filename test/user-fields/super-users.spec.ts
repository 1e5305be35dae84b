import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hasField, inputIn } from '../support/page.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients, type Fields } from '../support/visitor.js';
import { shop } from './customer.js';

const GIVEN = {
  company: 'ACME',
  phone: '555',
  plan: 'gold',
  newsletter: true,
  about_me: 'a\nb',
  age: 30,
  birthday: '2000-01-31',
  discount: 2.5,
} as const;

describe.each(databases)('the fields of the host, to a super-user, on $name', (database) => {
  const { host, person, superUser } = shop(database);

  describe.each(clients)('by %s', (client) => {
    const [created, changed] = client === 'json' ? [201, 200] : [303, 303];

    it('are given to a new user, and changed', async () => {
      const admin = await host.people.signIn(await superUser(), client);
      const username = freshUsername();
      const token = await admin.token('/users/new');
      const fields = { username, password: PASSWORD, ...GIVEN };
      const answer =
        client === 'json'
          ? await admin.api('POST', '/users', fields)
          : await admin.post('/users', { ...fields, ...token });
      expect([answer.status, answer.message]).toEqual([created, undefined]);
      const row = await host.rows.one('sso_user', { username });
      expect(row).toMatchObject({ company: 'ACME', plan: 'gold', newsletter: 1, age: 30, discount: 2.5 });
      const path = `/users/${String(row['id'])}`;
      expect((await admin.get(path)).json).toMatchObject(GIVEN);
      const edit = await admin.submit(path, { discount: 10, plan: 'basic', newsletter: false, phone: '7' });
      expect([edit.status, edit.message]).toEqual([changed, undefined]);
      expect((await admin.get(path)).json).toMatchObject({
        ...GIVEN,
        discount: 10,
        plan: 'basic',
        newsletter: false,
        phone: '7',
      });
    });

    it.each<[string, Fields, string, string[]]>([
      ['a rule that is broken', { age: 0 }, 'invalid_field', ['age']],
      ['no number', { discount: 'half' }, 'invalid_field', ['discount']],
      ['an infinite number', { discount: '1e999' }, 'invalid_field', ['discount']],
      ['a column that is no field', { secret_note: 'x' }, 'invalid_field', ['secret_note']],
      ['a hash', { password_hash: 'x' }, 'invalid_field', ['password_hash']],
      ['a version', { password_version: 3 }, 'invalid_field', ['password_version']],
      ['an empty one that must not be', { company: '' }, 'missing_fields', ['company']],
    ])('are refused: %s', async (_, fields, code, wrong) => {
      const admin = await host.people.signIn(await superUser(), client);
      const customer = await person();
      const before = await host.rows.user(customer.id);
      const users = await host.rows.count('sso_user');
      const path = `/users/${customer.id}`;
      expectRefused(await admin.submit(path, fields), 422, code, wrong);
      const token = await admin.token('/users/new');
      const whole = { username: freshUsername(), company: 'ACME', ...fields };
      const answer =
        client === 'json'
          ? await admin.api('POST', '/users', whole)
          : await admin.post('/users', { ...whole, ...token });
      expectRefused(answer, 422, code, wrong);
      expect(await host.rows.user(customer.id)).toEqual(before);
      expect(await host.rows.count('sso_user')).toBe(users);
    });
  });

  it('are in every list and answer for super-users, and those of the profile in what users see of themselves', async () => {
    const admin = await host.people.signIn(await superUser());
    const customer = await person({ phone: '12', discount: 5 });
    const own = { company: 'ACME', phone: '12', plan: 'basic', newsletter: false, age: null };
    const found = await admin.get(`/users?q=${customer.username}`);
    expect(found.json).toMatchObject({ users: [{ ...own, discount: 5 }] });
    const visitor = host.visitor();
    const login = await visitor.login({ username: customer.username, password: PASSWORD });
    for (const { json } of [login, await visitor.get('/session')]) {
      expect(json.user).toMatchObject(own);
      expect(json.user).not.toHaveProperty('discount');
      expect(json.user).not.toHaveProperty('secret_note');
    }
  });

  it('are changed of their own account too', async () => {
    const boss = await superUser();
    const admin = await host.people.signIn(boss);
    expect((await admin.api('PATCH', `/users/${boss.id}`, { phone: '1', discount: 3 })).json).toMatchObject({
      phone: '1',
      discount: 3,
    });
    const refused = await admin.api('PATCH', `/users/${boss.id}`, { phone: '2', is_active: false });
    expectRefused(refused, 409, 'cannot_target_self');
  });

  it('are on the pages, filled in', async () => {
    const admin = await host.people.signIn(await superUser(), 'form');
    const customer = await person({ phone: '12', discount: 1.5 });
    const { body } = await admin.page(`/users/${customer.id}`);
    expect(inputIn(body, 'phone')).toBe('12');
    expect(inputIn(body, 'discount')).toBe('1.5');
    const empty = (await admin.page('/users/new')).body;
    for (const name of Object.keys(GIVEN)) {
      expect(hasField(body, name), name).toBe(true);
      expect(hasField(empty, name), name).toBe(true);
    }
    for (const page of [body, empty]) expect(hasField(page, 'secret_note')).toBe(false);
  });

  it('are nobody else’s to change', async () => {
    const customer = await person();
    const visitor = await host.people.signIn(customer);
    const before = await host.rows.user(customer.id);
    for (const id of [customer.id, (await person()).id])
      expectRefused(await visitor.api('PATCH', `/users/${id}`, { phone: '1' }), 403, 'super_user_required');
    expect(await host.rows.user(customer.id)).toEqual(before);
  });
});
