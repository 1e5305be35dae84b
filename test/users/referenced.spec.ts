import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { boardOf } from './board.js';

/** How a table of the host's refers to its author, by what follows the key. */
const REFERENCES = [
  '',
  'ON DELETE RESTRICT',
  'DEFERRABLE INITIALLY DEFERRED',
  // The column itself must have a value.
  'ON DELETE SET NULL',
];

describe.each(databases)("a user to whom rows of the host's own refer, on $name,", (database) => {
  const host = hosted({ database });
  const isMariadb = database.name === 'MariaDB';
  let tables = 0;

  /** A row of a new table that refers to that user. */
  async function refer(userId: string, reference: string): Promise<void> {
    const type = database.name === 'SQLite' ? 'varchar' : 'uuid';
    const table = `post_${++tables}`;
    await host.dataSource.query(
      `CREATE TABLE ${table} (id int PRIMARY KEY, author_id ${type} NOT NULL, FOREIGN KEY (author_id) REFERENCES sso_user (id) ${reference})`,
    );
    await host.dataSource.query(`INSERT INTO ${table} (id, author_id) VALUES (1, '${userId}')`);
  }

  it.each(isMariadb ? REFERENCES.slice(0, 2) : REFERENCES)(
    'cannot be deleted, which JSON and the page say: "%s"',
    async (reference) => {
      const { admin, own, person, send } = await boardOf(host);
      const visitor = await host.people.signIn(person);
      await refer(person.id, reference);
      expectRefused(await admin.api('DELETE', own), 409, 'user_in_use');
      const answer = await send(`${own}/delete`);
      expectRefused(answer, 409, 'user_in_use');
      expect(answer.message).toBe(
        'Other data still refers to this user, so the user cannot be deleted. You can lock the account instead.',
      );
      expect(answer.body).toContain(person.username);
      expect(await visitor.isSignedIn()).toBe(true);
      const events = await host.rows.all('sso_audit_event', { target: person.id, action: 'user.delete' });
      expect(events).toEqual([]);
    },
  );

  it('is deleted with rows that go with the user', async () => {
    const { admin, own, person } = await boardOf(host);
    await refer(person.id, 'ON DELETE CASCADE');
    expect((await admin.api('DELETE', own)).status).toBe(200);
    expect(await host.rows.count('sso_user', { id: person.id })).toBe(0);
  });
});
