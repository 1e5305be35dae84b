import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piccolo } from '../support/foreign-hashes.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { codeOf } from '../service/stage.js';

/** One character that NFKC writes as eighteen. */
const LONG_LIGATURE = '\uFDFA';
/** One character to whoever looks, two to a column. */
const VARIED = 'a\uFE0F';

/** Letters that are longer once they are normalised or in lower case, or that take more room than they seem to. */
const letter = fc.oneof(
  fc.constantFrom(LONG_LIGATURE, VARIED, '\u0130', 'ﬁ', 'é', 'e\u0301', '𝒜', '🦉', '👩‍👩‍👧', 'a', 'ß', 'Ω'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const text = fc
  .tuple(
    fc.array(letter, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(1, 3, 14, 60, 64, 85, 127, 128, 254, 255),
  )
  .map(([letters, times]) => letters.join('').repeat(times));

describe.each(databases)('texts that do not fit on $name', (database) => {
  const host = hosted({ database });

  it.each(clients)('are refused beside their field, by %s', async (client) => {
    const email = `${LONG_LIGATURE.repeat(20)}@example.org`;
    const fields = { username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD };
    expectRefused(await host.visitor(client).register({ ...fields, email }), 422, 'invalid_field', ['email']);
    expect(await host.rows.count('sso_user', { username: fields.username })).toBe(0);
  });

  it('are refused for each name, and one code point less is not', async () => {
    const { id } = await host.people.person();
    const { caller } = host.people;
    for (const field of ['displayName', 'firstName', 'lastName']) {
      const write = (value: string): Promise<string> =>
        codeOf(host.service.updateUserById(id, { [field]: value }, caller));
      expect(await write(VARIED.repeat(255)), field).toBe('invalid_field');
      expect(await write(`${VARIED.repeat(127)}ab`), field).toBe('invalid_field');
      expect(await write(`${VARIED.repeat(127)}a`), field).toBe('done');
      expect(await write('🦉'.repeat(256)), field).toBe('invalid_field');
      expect(await write('🦉'.repeat(255)), field).toBe('done');
    }
    const row = await host.rows.user(id);
    expect([...String(row.display_name)]).toHaveLength(255);
  });

  it('end neither an import nor a batch of it', async () => {
    const passwordHash = await piccolo.make(PASSWORD);
    const users = [
      { username: freshUsername(), passwordHash },
      { username: freshUsername(), passwordHash, email: `${LONG_LIGATURE.repeat(20)}@example.org` },
      { username: freshUsername(), passwordHash, displayName: VARIED.repeat(255) },
      { username: freshUsername(), passwordHash: `$2b$04$${VARIED.repeat(120)}` },
      { username: freshUsername(), passwordHash },
    ];
    const outcomes = await host.service.importUsers(users, host.people.caller);
    expect(outcomes.map(({ status, error }) => error?.code ?? status)).toEqual([
      'imported',
      'invalid_field',
      'invalid_field',
      'invalid_field',
      'imported',
    ]);
  });

  it('never fail otherwise, whatever they are made of', async () => {
    const { id } = await host.people.person();
    const { caller } = host.people;
    const fields = fc.record(
      {
        displayName: text,
        firstName: text,
        email: text.map((local) => `${local}@example.org`),
        username: text,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fields, async (given) => {
        const code = await codeOf(host.service.updateUserById(id, given, caller));
        expect(['done', 'invalid_field']).toContain(code);
        if (code !== 'done') return;
        const user = await host.service.getUserById(id, caller);
        expect(user).toMatchObject(given);
      }),
      { numRuns: 60 },
    );
  });
});

// SQLite stores whatever fits into memory.
const servers = databases.filter(({ name }) => name !== 'SQLite');

describe.each(servers)('texts for a column that the host of $name has made narrower', (database) => {
  const narrow = hosted({ database });

  it.each(clients)('are a 422, and no error in the log, by %s', async (client) => {
    const { dataSource } = narrow;
    const isPostgres = dataSource.options.type === 'postgres';
    const change = isPostgres ? 'ALTER COLUMN email TYPE varchar(12)' : 'MODIFY email varchar(12)';
    await dataSource.query('UPDATE sso_user SET email = NULL');
    await dataSource.query(`ALTER TABLE sso_user ${change}`);
    const fields = { username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD };
    const answer = await narrow.visitor(client).register({ ...fields, email: 'somebody@example.org' });
    // PostgreSQL does not say which column it is.
    expectRefused(answer, 422, 'invalid_field', isPostgres ? [''] : ['email']);
    const passwordHash = await piccolo.make(PASSWORD);
    const outcomes = await narrow.service.importUsers(
      [
        { username: freshUsername(), passwordHash },
        { username: freshUsername(), passwordHash, email: 'somebody@example.org' },
        { username: freshUsername(), passwordHash },
      ],
      narrow.people.caller,
    );
    expect(outcomes.map(({ status, error }) => error?.code ?? status)).toEqual([
      'imported',
      'invalid_field',
      'imported',
    ]);
  });
});
