import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername } from '../support/people.js';
import { codeOf } from './stage.js';

describe.each(databases)('SsoUserService.findUser on $name', (database) => {
  const host = hosted({ database });

  it('finds by user name or email address, in any case and Unicode form', async () => {
    const { caller } = host.people;
    const username = `Zoë-${freshUsername()}`;
    const email = `Zoe-${freshEmail()}`;
    const { id } = await host.people.person({ username, email });
    const forms = (text: string) => [text, text.toUpperCase(), text.normalize('NFD')];
    for (const one of forms(username))
      expect((await host.service.findUser({ username: one }, caller)).id).toBe(id);
    for (const one of forms(email)) expect((await host.service.findUser({ email: one }, caller)).id).toBe(id);
    expect(await codeOf(host.service.findUser({ username: username.replace('ë', 'e') }, caller))).toBe(
      'user_not_found',
    );
  });

  it('gives what getUserById gives, and never the hash', async () => {
    const { caller } = host.people;
    const { id, username, email } = await host.people.person();
    const found = await host.service.findUser({ username }, caller);
    expect(found).toEqual(await host.service.getUserById(id, caller));
    expect(await host.service.findUser({ email }, caller)).toEqual(found);
    expect(Object.keys(found)).not.toContain('passwordHash');
  });

  it('finds the one who has both names, where both are given', async () => {
    const { caller } = host.people;
    const [one, other] = [await host.people.person(), await host.people.person()];
    const { username } = one;
    expect((await host.service.findUser({ username, email: one.email }, caller)).id).toBe(one.id);
    expect(await codeOf(host.service.findUser({ username, email: other.email }, caller))).toBe(
      'user_not_found',
    );
  });

  it.each([
    [{}, 'missing_fields'],
    [{ username: '' }, 'missing_fields'],
    [{ username: undefined, email: undefined }, 'missing_fields'],
    [{ username: null }, 'invalid_field'],
    [{ username: 7 }, 'invalid_field'],
    [{ email: ['zoe@example.org'] }, 'invalid_field'],
    [{ username: 'zo\0e' }, 'invalid_field'],
    [{ username: '\uD800' }, 'invalid_field'],
    [{ username: 'x'.repeat(300) }, 'invalid_field'],
    [{ id: '1' }, 'invalid_field'],
    [null, 'invalid_field'],
    [{ username: 'nobody has this name' }, 'user_not_found'],
    [{ username: '%' }, 'user_not_found'],
    [{ email: 'nobody@example.org' }, 'user_not_found'],
  ])('refuses %j: %s', async (input, code) => {
    expect(await codeOf(host.service.findUser(input as object, host.people.caller))).toBe(code);
  });

  it('records a regular user who tries it, and does not tell them whether there is such a user', async () => {
    const person = await host.people.person();
    const caller = { token: (await host.people.signIn(person)).cookies.get('id') };
    for (const username of [person.username, 'nobody-has-this-name'])
      expect(await codeOf(host.service.findUser({ username }, caller))).toBe('super_user_required');
    expect(await host.rows.count('sso_audit_event', { actor: person.id, action: 'access' })).toBe(2);
  });
});
