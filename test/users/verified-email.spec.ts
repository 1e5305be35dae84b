import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, type Person } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';
import { boardOf } from './board.js';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

describe.each(databases)('a verified e-mail address on $name', (database) => {
  const host = hosted({ database });

  async function verified(): Promise<{ admin: Visitor; person: Person; path: string; at: string }> {
    const person = await host.people.person({ emailVerified: true });
    const admin = await host.people.signIn(await host.people.superUser());
    const path = `/users/${person.id}`;
    const { email_verified_at: at } = (await admin.get(path)).json;
    return { admin, person, path, at: at ?? '' };
  }

  const verifiedAt = async (id: string): Promise<unknown> => (await host.rows.user(id)).email_verified_at;

  it('is none until a super-user says so, when the user is created or later', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const create = async (fields: object): Promise<unknown> =>
      (await admin.api('POST', '/users', { username: freshUsername(), ...fields })).json.email_verified_at;
    expect(await create({ email: freshEmail() })).toBeNull();
    expect(await create({ email: freshEmail(), email_verified: false })).toBeNull();
    expect(await create({ email: freshEmail(), email_verified: true })).toMatch(INSTANT);

    const { id } = await host.people.person();
    const { status, json } = await admin.api('PATCH', `/users/${id}`, { email_verified: true });
    expect([status, json.email_verified_at]).toEqual([200, expect.stringMatching(INSTANT)]);
    expect(await verifiedAt(id)).toBe(Date.parse(json.email_verified_at ?? ''));
  });

  it('stays so while the address does, and when it is said again', async () => {
    const { admin, person, path, at } = await verified();
    for (const fields of [
      { display_name: 'Zoe' },
      { email: person.email },
      { email_verified: true },
      { email: person.email, email_verified: true },
    ]) {
      expect((await admin.api('PATCH', path, fields)).json.email_verified_at).toBe(at);
    }
  });

  it('is verified no more once it is another, is gone, or a super-user says so', async () => {
    for (const fields of [{ email: freshEmail() }, { email: null }, { email_verified: false }]) {
      const { admin, path } = await verified();
      expect((await admin.api('PATCH', path, fields)).json.email_verified_at).toBeNull();
    }
    const { person } = await verified();
    const token = (await host.people.signIn(person)).cookies.get('id');
    await host.service.updateCurrentUser({ email: freshEmail() }, { token });
    expect(await verifiedAt(person.id)).toBeNull();
  });

  it('may be replaced by another one that is verified', async () => {
    const { admin, path } = await verified();
    const email = freshEmail();
    expect((await admin.api('PATCH', path, { email, email_verified: true })).json).toMatchObject({
      email,
      email_verified_at: expect.stringMatching(INSTANT),
    });
  });

  it('is none where there is no address', async () => {
    const { admin, path } = await verified();
    const { json } = await admin.api('PATCH', path, { email: null, email_verified: true });
    expect(json).toMatchObject({ email: null, email_verified_at: null });
  });

  it('can be said in a form as in JSON', async () => {
    const { own, person, send } = await boardOf(host);
    expect((await send(own, { email_verified: 'true' })).status).toBe(303);
    expect(await verifiedAt(person.id)).not.toBeNull();
    expect((await send(own, { email_verified: 'false' })).status).toBe(303);
    expect(await verifiedAt(person.id)).toBeNull();
  });

  it('is nothing that people say of themselves', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const path = `/users/${person.id}`;
    expectRefused(await visitor.api('PATCH', path, { email_verified: true }), 403, 'super_user_required');
    const token = visitor.cookies.get('id');
    const update: object = { emailVerified: true };
    await expect(host.service.updateCurrentUser(update, { token })).rejects.toMatchObject({
      code: 'invalid_field',
    });
  });
});
