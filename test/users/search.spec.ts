import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { piccolo } from '../support/foreign-hashes.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { boardOf } from './board.js';

/** What is shown, and what is typed to find it. */
const FOUND = [
  ['ÄRGER Zoë', 'ärger'],
  ['Émile', 'ÉMILE'],
  ['Z\u006F\u0308e', 'zöe'],
  ['Ｆｕｌｌ Ｗｉｄｔｈ', 'full width'],
  ['plain', 'ｐｌａｉｎ'],
  ['ﬁnn', 'FINN'],
  ['İstanbul', 'İSTANBUL'],
  ['ΟΔΟΣΑΝ', 'ΟΔΟΣ'],
  ['ЖУК', 'жук'],
  ['100%_sure!', '0%_sure!'],
  ['日本 太郎', '太郎'],
] as const;

describe.each(databases)('the search of users finds what it shows, on $name,', (database) => {
  const host = hosted({ database });
  const pageOf = (q: string): string => `/users?q=${encodeURIComponent(q)}`;

  it.each(FOUND)('"%s" by "%s"', async (displayName, typed) => {
    const { admin, person } = await boardOf(host, { displayName });
    for (const q of [typed, displayName]) {
      const { json } = await admin.get(pageOf(q));
      expect(json.users?.map(({ user_id: id }) => id)).toEqual([person.id]);
      expect((await admin.page(pageOf(q))).body).toContain(`/users/${person.id}"`);
    }
    expect((await admin.get(pageOf(`${typed}x`))).json.total).toBe(0);
    await admin.api('DELETE', `/users/${person.id}`);
  });

  it('whoever has changed the name, and how', async () => {
    const { admin, own, person, send } = await boardOf(host, { displayName: 'Ärger' });
    const count = async (q: string): Promise<unknown> => (await admin.get(pageOf(q))).json.total;
    await admin.api('PATCH', own, { display_name: 'ÖFEN' });
    expect([await count('ärger'), await count('öfen')]).toEqual([0, 1]);
    await send(own, { display_name: 'ÜBEL' });
    expect([await count('öfen'), await count('übel')]).toEqual([0, 1]);
    const token = (await host.people.signIn(person)).cookies.get('id') ?? '';
    await host.service.updateCurrentUser({ displayName: 'ÑANDÚ' }, { token });
    expect([await count('übel'), await count('ñandú')]).toEqual([0, 1]);
    await admin.api('PATCH', own, { display_name: null });
    expect(await count('ñandú')).toBe(0);
    expect(await host.rows.user(person.id)).toMatchObject({ display_name: null, display_name_key: null });
  });

  it('who was imported', async () => {
    const username = freshUsername();
    const passwordHash = await piccolo.make(PASSWORD);
    await host.service.importUsers([{ username, displayName: 'ÇA VA', passwordHash }], host.people.caller);
    const { users } = await host.service.searchUsers({ q: 'ça' }, host.people.caller);
    expect(users.map((user) => user.username)).toEqual([username]);
  });

  it('by any part of any name', async () => {
    const { id } = await host.people.person();
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(name, name, async (displayName, more) => {
        await host.service.updateUserById(id, { displayName: displayName + more }, host.people.caller);
        const { users } = await host.service.searchUsers({ q: displayName + more }, host.people.caller);
        expect(users.map((user) => user.id)).toContain(id);
      }),
      { numRuns: 40 },
    );
  });
});
