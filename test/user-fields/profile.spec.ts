import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { inputIn, linksIn, noticeIn, textOf } from '../support/page.js';
import { freshEmail, OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import { type Answer, type Client, clients, type Fields, type Visitor } from '../support/visitor.js';
import { shop } from './customer.js';

/** A value of each field, as JSON and a form have it. */
const GIVEN = {
  company: 'Zwölf & Co.',
  phone: '+49 30 1234',
  plan: 'gold',
  newsletter: true,
  about_me: 'First line\nsecond <line>',
  age: 42,
  birthday: '1984-02-29',
  first_name: 'Zoë',
  last_name: 'Ünal',
  display_name: 'Zoë Ü.',
} as const;

/** What a row has of it. */
const STORED = {
  company: GIVEN.company,
  phone: GIVEN.phone,
  plan: 'gold',
  newsletter: 1,
  about_text: GIVEN.about_me,
  age: 42,
  first_name: 'Zoë',
  last_name: 'Ünal',
  display_name: 'Zoë Ü.',
  display_name_key: 'zoë ü.',
};

describe.each(databases)('the own profile on $name', (database) => {
  const { host, person, superUser } = shop(database);

  async function someone(client: Client): Promise<{ customer: Person; visitor: Visitor }> {
    const customer = await person();
    return { customer, visitor: await host.people.signIn(customer, client) };
  }

  function expectSaved(answer: Answer): void {
    if (answer.client === 'json')
      expect({ status: answer.status, json: answer.json }).toMatchObject({ status: 200 });
    else expect([answer.status, answer.location, answer.message]).toEqual([303, '/profile', undefined]);
  }

  describe.each(clients)('by %s', (client) => {
    it('is changed, field by field and all at once', async () => {
      const { customer, visitor } = await someone(client);
      for (const [field, value] of Object.entries(GIVEN))
        expectSaved(await visitor.submit('/profile', { [field]: value }));
      expect(await host.rows.user(customer.id)).toMatchObject(STORED);
      const other = await someone(client);
      expectSaved(await other.visitor.submit('/profile', GIVEN));
      expect(await host.rows.user(other.customer.id)).toMatchObject(STORED);
      const { json } = await other.visitor.get('/profile');
      expect(json).toEqual({
        user_id: other.customer.id,
        username: other.customer.username,
        email: other.customer.email,
        email_verified_at: null,
        is_super_user: false,
        ...GIVEN,
      });
    });

    it('is emptied where a field may be empty', async () => {
      const { customer, visitor } = await someone(client);
      expectSaved(await visitor.submit('/profile', GIVEN));
      const empty = client === 'json' ? null : '';
      const fields = Object.fromEntries(
        ['phone', 'about_me', 'age', 'birthday', 'first_name', 'display_name'].map((name) => [name, empty]),
      );
      expectSaved(await visitor.submit('/profile', fields));
      expect(await host.rows.user(customer.id)).toMatchObject({
        phone: null,
        about_text: null,
        age: null,
        birthday: null,
        first_name: null,
        display_name: null,
        display_name_key: null,
        last_name: 'Ünal',
        company: GIVEN.company,
      });
    });

    it.each<[string, Fields, string, string[]]>([
      ['a rule of the field', { phone: 'call me' }, 'invalid_field', ['phone']],
      ['the length of its column', { company: 'x'.repeat(21) }, 'invalid_field', ['company']],
      ['what is too short', { company: 'x' }, 'invalid_field', ['company']],
      ['none of the choices', { plan: 'platinum' }, 'invalid_field', ['plan']],
      ['no whole number', { age: '4.5' }, 'invalid_field', ['age']],
      ['a number that is too high', { age: 151 }, 'invalid_field', ['age']],
      ['no day', { birthday: '2030-02-30' }, 'invalid_field', ['birthday']],
      ['an instant for a day', { birthday: '2030-02-03T00:00:00Z' }, 'invalid_field', ['birthday']],
      ['a line break', { company: 'one\ntwo' }, 'invalid_field', ['company']],
      ['a NUL', { about_me: 'a\0b' }, 'invalid_field', ['about_me']],
      ['an empty field that must not be', { company: '' }, 'missing_fields', ['company']],
      ['two at once', { phone: 'x', age: 0 }, 'invalid_field', ['age', 'phone']],
      ['a list', { phone: ['1', '2'] }, 'invalid_field', ['phone']],
      ['a field for super-users', { discount: 90 }, 'invalid_field', ['discount']],
      ['a column that is no field', { secret_note: 'x' }, 'invalid_field', ['secret_note']],
      ['a property', { aboutMe: 'x' }, 'invalid_field', ['aboutMe']],
      ['the name of a column', { about_text: 'x' }, 'invalid_field', ['about_text']],
      ['a right', { is_super_user: true }, 'invalid_field', ['is_super_user']],
      [
        'a state',
        { approval_status: 'approved', is_locked: false },
        'invalid_field',
        ['approval_status', 'is_locked'],
      ],
      ['a hash', { password_hash: '$2b$04$abc' }, 'invalid_field', ['password_hash']],
      ['a user name', { username: 'root' }, 'invalid_field', ['username']],
      ['an id', { id: '0190a6e2-7b9c-7c0e-8f00-00000000002a' }, 'invalid_field', ['id']],
      ['a prototype', { constructor: 'x' }, 'invalid_field', ['constructor']],
    ])('refuses %s, and writes nothing', async (_, fields, code, wrong) => {
      const { customer, visitor } = await someone(client);
      const before = await host.rows.user(customer.id);
      expectRefused(await visitor.submit('/profile', { first_name: 'Never', ...fields }), 422, code, wrong);
      expect(await host.rows.user(customer.id)).toEqual(before);
    });

    it('does not change the address, which would take more than a browser that was left open', async () => {
      const { customer, visitor } = await someone(client);
      const before = await host.rows.user(customer.id);
      expectRefused(await visitor.submit('/profile', { email: freshEmail() }), 422, 'invalid_field', [
        'email',
      ]);
      expect(await host.rows.user(customer.id)).toEqual(before);
    });

    it.each(['id', 'user_id', 'userId', 'username'])(
      'of somebody else cannot be named by %s',
      async (name) => {
        const victim = await person();
        const { visitor } = await someone(client);
        const before = await host.rows.user(victim.id);
        const value = name === 'username' ? victim.username : victim.id;
        expectRefused(await visitor.submit('/profile', { phone: '1', [name]: value }), 422, 'invalid_field', [
          name,
        ]);
        expectRefused(
          await visitor.submit(`/profile?${name}=${value}`, { [name]: value }),
          422,
          'invalid_field',
        );
        expectSaved(await visitor.submit(`/profile?${name}=${value}`, { phone: '1' }));
        expect(await host.rows.user(victim.id)).toEqual(before);
      },
    );

    it('is closed to people who must change their password first', async () => {
      const { customer, visitor } = await someone(client);
      await host.rows.update('sso_user', { id: customer.id }, { password_must_change: true });
      const before = await host.rows.user(customer.id);
      const token = await visitor.token('/change-password');
      const fields = client === 'form' ? { ...token, phone: '1' } : { phone: '1' };
      const answer =
        client === 'form'
          ? await visitor.post('/profile', fields)
          : await visitor.api('POST', '/profile', fields);
      expectRefused(answer, 403, 'password_change_required');
      expect((await visitor.get('/profile')).json.code).toBe('password_change_required');
      expect((await visitor.page('/profile')).location).toBe('/change-password?next=%2Fprofile');
      expect(await host.rows.user(customer.id)).toEqual(before);
    });

    it('is recorded as a change by the user', async () => {
      const { customer, visitor } = await someone(client);
      expectSaved(await visitor.submit('/profile', { phone: '1' }));
      const events = await host.rows.all('sso_audit_event', { target: customer.id, action: 'user.update' });
      expect(events).toEqual([expect.objectContaining({ actor: customer.id, outcome: 'success' })]);
      expect(JSON.stringify(events)).not.toContain(GIVEN.phone);
    });
  });

  it('is that of a super-user too, who has no more fields there', async () => {
    const boss = await superUser();
    const visitor = await host.people.signIn(boss);
    expect((await visitor.api('POST', '/profile', { phone: '7' })).json).toMatchObject({ phone: '7' });
    expectRefused(await visitor.api('POST', '/profile', { discount: 1 }), 422, 'invalid_field', ['discount']);
  });

  it('leads a stranger to the login, and tells nothing', async () => {
    expect((await host.visitor().page('/profile')).location).toBe('/login?next=%2Fprofile');
    expectRefused(await host.visitor().get('/profile'), 401, 'not_authenticated');
    expectRefused(await host.visitor().api('POST', '/profile', { phone: '1' }), 401, 'not_authenticated');
    expectRefused(await host.visitor('form').post('/profile', { phone: '1' }), 401, 'not_authenticated');
  });

  it('takes no form without its token, and no request of another origin', async () => {
    const { customer, visitor } = await someone('form');
    const before = await host.rows.user(customer.id);
    expectRefused(await visitor.post('/profile', { phone: '1' }), 403, 'csrf_failed');
    const { visitor: other } = await someone('form');
    const stolen = await other.token('/profile');
    expectRefused(await visitor.post('/profile', { phone: '1', ...stolen }), 403, 'csrf_failed');
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expectRefused(await visitor.api('POST', '/profile', { phone: '1' }, foreign), 403, 'csrf_failed');
    expect(await host.rows.user(customer.id)).toEqual(before);
  });

  it('has no other methods', async () => {
    const { visitor } = await someone('json');
    const answer = await visitor.api('DELETE', '/profile');
    expectRefused(answer, 405, 'method_not_allowed');
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
  });

  it('shows what is there, and what was typed when it is refused', async () => {
    const { visitor } = await someone('form');
    expectSaved(await visitor.submit('/profile', GIVEN));
    const shown = await visitor.page('/profile');
    expect(linksIn(shown.body)).toContain('/profile');
    expect(noticeIn(shown.body)).toBe('Your profile has been saved.');
    expect(inputIn(shown.body, 'phone')).toBe(GIVEN.phone);
    expect(inputIn(shown.body, 'birthday')).toBe(GIVEN.birthday);
    expect(shown.body).toMatch(/<option value="gold" selected>Gold card<\/option>/);
    expect(shown.body).toMatch(/name="newsletter" type="checkbox" value="true" checked/);
    expect(shown.body).toMatch(/>\nFirst line\nsecond &lt;line&gt;<\/textarea>/);
    expect(shown.body).not.toContain('name="discount"');
    for (const text of [
      'Phone number',
      'With the code of the country.',
      'Company',
      'Send me news',
      'Once a month.',
    ])
      expect(textOf(shown.body)).toContain(text);
    const refused = await visitor.submit('/profile', {
      phone: 'call me',
      about_me: 'typed',
      newsletter: 'false',
    });
    expect(textOf(refused.body)).toContain('Phone number may have digits and blanks only.');
    expect(inputIn(refused.body, 'phone')).toBe('call me');
    expect(refused.body).toMatch(/>\ntyped<\/textarea>/);
    expect(refused.body).not.toMatch(/type="checkbox" value="true" checked/);
    expect(refused.body).toMatch(
      /name="phone"[^>]* aria-invalid="true" aria-describedby="phone-error phone-hint"/,
    );
  });

  it('speaks the language of the reader', async () => {
    const { visitor } = await someone('json');
    const german = { 'accept-language': 'de', accept: 'text/html' };
    const page = await visitor.send('GET', '/profile', { headers: german });
    for (const text of ['Mein Profil', 'Telefonnummer', 'Mit Ländervorwahl.', 'Goldkarte'])
      expect(textOf(page.body)).toContain(text);
    const refused = await visitor.api('POST', '/profile', { phone: 'x' }, { 'accept-language': 'de' });
    expect(refused.errors).toEqual([
      { field: 'phone', code: 'invalid_field', message: 'phone darf nur Ziffern und Leerzeichen enthalten.' },
    ]);
  });

  it('does not undo with a form what somebody else has changed since it was shown', async () => {
    const { customer, visitor } = await someone('form');
    const page = (await visitor.page('/profile')).body;
    const admin = await host.people.signIn(await superUser());
    expect((await admin.api('PATCH', `/users/${customer.id}`, { plan: 'gold', phone: '99' })).status).toBe(
      200,
    );
    const held = { shown: inputIn(page, 'shown'), csrf_token: inputIn(page, 'csrf_token') };
    const form = { company: 'New Co', phone: '', plan: 'basic', newsletter: 'false' };
    expectSaved(await visitor.post('/profile', { ...form, ...held }));
    expect(await host.rows.user(customer.id)).toMatchObject({ company: 'New Co', phone: '99', plan: 'gold' });
  });

  it('keeps line breaks as they were, which browsers post as two characters each', async () => {
    const { customer, visitor } = await someone('form');
    expectSaved(await visitor.submit('/profile', { about_me: 'one\r\ntwo\r\n' }));
    expect(await host.rows.user(customer.id)).toMatchObject({ about_text: 'one\ntwo\n' });
    const page = (await visitor.page('/profile')).body;
    const admin = await host.people.signIn(await superUser());
    const path = `/users/${customer.id}`;
    expect((await admin.api('PATCH', path, { about_me: 'of\r\nanother' })).status).toBe(200);
    const held = { shown: inputIn(page, 'shown'), csrf_token: inputIn(page, 'csrf_token') };
    expectSaved(await visitor.post('/profile', { company: 'New Co', about_me: 'one\r\ntwo\r\n', ...held }));
    const row = { company: 'New Co', about_text: 'of\r\nanother' };
    expect(await host.rows.user(customer.id)).toMatchObject(row);
    const again = (await visitor.page('/profile')).body;
    const now = { shown: inputIn(again, 'shown'), csrf_token: inputIn(again, 'csrf_token') };
    expectSaved(await visitor.post('/profile', { company: 'Co 2', about_me: 'of\r\nanother', ...now }));
    expect(await host.rows.user(customer.id)).toMatchObject({ ...row, company: 'Co 2' });
  });

  it('has a password that a change of names does not touch', async () => {
    const { customer, visitor } = await someone('form');
    expectSaved(await visitor.submit('/profile', GIVEN));
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await host.people.canLogIn(customer.username, PASSWORD)).toBe(true);
    const answer = await visitor.submit('/profile', { new_password: OTHER_PASSWORD });
    expectRefused(answer, 422, 'invalid_field');
  });
});

describe('the route of the profile', () => {
  const { host, person } = shop(undefined, { routes: { profile: false } });

  it('is off unless it is switched on, and no page leads there', async () => {
    const visitor = await host.people.signIn(await person());
    expect((await visitor.get('/profile')).status).toBe(404);
    expect(linksIn((await visitor.page('/sessions')).body)).not.toContain('/profile');
  });
});
