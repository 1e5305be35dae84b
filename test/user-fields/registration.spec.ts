import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hasField, inputIn, textOf } from '../support/page.js';
import { freshEmail, freshUsername, PASSWORD } from '../support/people.js';
import { clients, type Fields } from '../support/visitor.js';
import { shop } from './customer.js';

function fields(given: Fields = {}): Fields & { username: string } {
  return {
    username: freshUsername(),
    email: freshEmail(),
    password: PASSWORD,
    confirm_password: PASSWORD,
    company: 'ACME',
    ...given,
  };
}

describe.each(databases)('the fields of the host at the registration on $name', (database) => {
  const { host } = shop(database);

  describe.each(clients)('by %s', (client) => {
    it('are stored', async () => {
      const input = fields({ phone: '+1 555', plan: 'gold', newsletter: true, display_name: 'Straße' });
      expectDone(await host.visitor(client).register(input), { to: '/login', status: 201 });
      expect(await host.rows.one('sso_user', { username: input.username })).toMatchObject({
        company: 'ACME',
        phone: '+1 555',
        plan: 'gold',
        newsletter: 1,
        display_name: 'Straße',
        display_name_key: 'straße',
        discount: null,
        is_super_user: 0,
      });
      expect(await host.people.canLogIn(input.username, PASSWORD)).toBe(true);
    });

    it('have their defaults where they are left out', async () => {
      const input = fields({ phone: '', plan: '', newsletter: client === 'form' ? 'false' : false });
      expectDone(await host.visitor(client).register(input), { to: '/login', status: 201 });
      expect(await host.rows.one('sso_user', { username: input.username })).toMatchObject({
        phone: null,
        plan: 'basic',
        newsletter: 0,
      });
    });

    it.each<[string, Fields, string, string[]]>([
      ['a required one that is empty', { company: '' }, 'missing_fields', ['company']],
      ['a rule that is broken', { phone: 'x' }, 'invalid_field', ['phone']],
      ['a choice that there is not', { plan: 'x' }, 'invalid_field', ['plan']],
      ['one that only the profile has', { age: 4 }, 'invalid_field', ['age']],
      ['one that only super-users have', { discount: 4 }, 'invalid_field', ['discount']],
      ['a name that only the profile has', { first_name: 'Zoë' }, 'invalid_field', ['first_name']],
      ['a column that is no field', { secret_note: 'x' }, 'invalid_field', ['secret_note']],
      ['a right', { is_super_user: true }, 'invalid_field', ['is_super_user']],
      ['a state', { approval_status: 'approved' }, 'invalid_field', ['approval_status']],
      [
        'everything at once',
        { phone: 'x', username: '', discount: 1 },
        'invalid_field',
        ['discount', 'phone', 'username'],
      ],
    ])('refuse %s', async (_, given, code, wrong) => {
      const users = await host.rows.count('sso_user');
      expectRefused(await host.visitor(client).register(fields(given)), 422, code, wrong);
      expect(await host.rows.count('sso_user')).toBe(users);
    });
  });

  it('stand on the page between the address and the password, and keep what was typed', async () => {
    const { body } = await host.visitor('form').page('/register');
    const order = ['email', 'display_name', 'company', 'phone', 'plan', 'newsletter', 'password'];
    const places = order.map((name) => body.indexOf(` name="${name}"`));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    for (const name of order) expect(hasField(body, name), name).toBe(true);
    for (const name of ['age', 'discount', 'first_name', 'secret_note'])
      expect(hasField(body, name), name).toBe(false);
    expect(body).toMatch(/name="company"[^>]* required/);
    expect(body).not.toMatch(/name="phone"[^>]* required/);
    const refused = await host.visitor('form').register(fields({ phone: '12', company: 'x', plan: 'gold' }));
    expect(inputIn(refused.body, 'phone')).toBe('12');
    expect(refused.body).toContain('<option value="gold" selected>');
    expect(textOf(refused.body)).toContain('Company must have at least 2 characters.');
  });
});
