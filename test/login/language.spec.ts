import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)('the language of a user on $name', (database) => {
  const host = hosted({ database });
  const languageOf = async (id: string): Promise<unknown> => (await host.rows.user(id)).language;

  it.each(clients)('is that of the last login that has said one, by %s', async (client) => {
    const { id, username } = await host.people.person();
    expect(await languageOf(id)).toBeNull();
    const languages: [asked: string | undefined, noted: string | null][] = [
      [undefined, null],
      ['*', null],
      ['de-CH, de;q=0.9, en;q=0.5', 'de'],
      [undefined, 'de'],
      ['tlh', 'de'],
      ['*', 'de'],
      ['tlh, fr;q=0.3', 'fr'],
    ];
    for (const [asked, noted] of languages) {
      const headers = asked === undefined ? {} : { 'accept-language': asked };
      await host.visitor(client).submit('/login', { username, password: PASSWORD }, headers);
      expect(await languageOf(id)).toBe(noted);
    }
  });

  it('is not that of a login that was refused', async () => {
    const { id, username } = await host.people.person();
    const headers = { 'accept-language': 'de' };
    await host.visitor().submit('/login', { username, password: 'not this one' }, headers);
    expect(await languageOf(id)).toBeNull();
  });

  it('can be said by your own code', async () => {
    const { id, username } = await host.people.person();
    const { user } = await host.service.login({ username, password: PASSWORD }, { language: 'pt-BR' });
    expect(user.language).toBe('pt-BR');
    expect(await languageOf(id)).toBe('pt-BR');
  });
});
