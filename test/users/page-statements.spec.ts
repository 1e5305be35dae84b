import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { StatementLog } from '../support/statement-log.js';

const LOOKUP = 'SELECT sso_session';

describe.each(databases)('the statements on $name of the super-users’ pages', (database) => {
  const log = new StatementLog();
  const host = hosted({ database, dataSource: { logging: true, logger: log } });

  it('of a user: the reader twice, then the user, the sessions, the events and the names of all who acted', async () => {
    const person = await host.people.person();
    await host.people.signIn(person);
    for (let i = 0; i < 4; i += 1) {
      const admin = await host.people.signIn(await host.people.superUser());
      await admin.api('PATCH', `/users/${person.id}`, { first_name: `Zoe ${i}` });
    }
    const reader = await host.people.signIn(await host.people.superUser(), 'form');

    const { statements, transactions } = await log.during(async () => {
      const page = await reader.page(`/users/${person.id}`);
      expect(page.status).toBe(200);
    });

    expect(statements.slice(0, 3)).toEqual([
      // The guard's, and the one of the decision.
      LOOKUP,
      LOOKUP,
      'SELECT sso_user',
    ]);
    expect(statements.slice(3, 5).sort()).toEqual(['SELECT sso_audit_event', LOOKUP]);
    expect(statements.slice(5)).toEqual(['SELECT sso_user']);
    expect(transactions).toBe(0);
  });

  it('of the list: the reader twice, then the users', async () => {
    const reader = await host.people.signIn(await host.people.superUser(), 'form');
    const { statements, transactions } = await log.during(() => reader.page('/users'));
    expect(statements).toEqual([LOOKUP, LOOKUP, 'SELECT sso_user']);
    expect(transactions).toBe(0);
  });
});
