import { describe, expect, it } from 'vitest';
import { StatementLog } from '../support/statement-log.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

/** A table and what is done to it, in the order in which it is done. */
const LOOKUP = 'SELECT sso_session';
const AUDIT = 'INSERT sso_audit_event';

describe.each(databases)('the statements on $name of', (database) => {
  const log = new StatementLog();
  const host = hosted({ database, dataSource: { logging: true, logger: log } });

  describe.each(clients)('(%s)', (client) => {
    it('a signed-in request: the lookup', async () => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const { statements, transactions } = await log.during(() => visitor.get('/private'));
      expect(statements).toEqual([LOOKUP]);
      expect(transactions).toBe(0);
    });

    it('a login: at most four, in one transaction, and one more where a session is left behind', async () => {
      const { username } = await host.people.person();
      const visitor = host.visitor(client);
      // What is asked of the page for its form is no part of it.
      const login = async () => {
        const fields = {
          username,
          password: PASSWORD,
          ...(client === 'form' ? await visitor.token('/login') : {}),
        };
        return log.during(() =>
          client === 'form' ? visitor.post('/login', fields) : visitor.api('POST', '/login', fields),
        );
      };
      const first = await login();
      expect(first.statements).toEqual(['SELECT sso_user', 'UPDATE sso_user', AUDIT, 'INSERT sso_session']);
      expect(first.transactions).toBe(1);

      const second = await login();
      expect(second.statements).toEqual([
        'SELECT sso_user',
        'UPDATE sso_user',
        'DELETE sso_session',
        AUDIT,
        'INSERT sso_session',
      ]);
      expect(second.transactions).toBe(1);
    });

    it('a logout: one, with its row of audit, after the lookup', async () => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const fields = client === 'form' ? await visitor.token('/logout') : {};
      const { statements, transactions } = await log.during(() =>
        client === 'form' ? visitor.post('/logout', fields) : visitor.api('POST', '/logout', fields),
      );
      expect(statements).toEqual([LOOKUP, 'DELETE sso_session', AUDIT]);
      expect(transactions).toBe(1);
    });

    it('a change of password: at most ten, those that write in one transaction', async () => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const fields = {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
        ...(client === 'form' ? await visitor.token('/change-password') : {}),
      };
      const { statements, transactions } = await log.during(() =>
        client === 'form'
          ? visitor.post('/change-password', fields)
          : visitor.api('POST', '/change-password', fields),
      );
      expect(statements).toEqual([
        LOOKUP,
        LOOKUP,
        'SELECT sso_user',
        // The actor once more, locked, after the hash: their user and their session.
        'SELECT sso_user',
        LOOKUP,
        'UPDATE sso_user',
        'INSERT sso_password_history',
        // And a DELETE, once there is more than is kept.
        'SELECT sso_password_history',
        'DELETE sso_session',
        AUDIT,
      ]);
      expect(transactions).toBe(1);
    });
  });

  it('signed-in requests that come together: one, shared by up to five hundred', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const token = visitor.cookies.get('id') ?? '';
    const together = (requests: number) =>
      log.during(() =>
        Promise.all(Array.from({ length: requests }, () => host.service.getCurrentSession({ token }))),
      );
    expect((await together(500)).statements).toEqual([LOOKUP]);
    expect((await together(501)).statements).toEqual([LOOKUP, LOOKUP]);
  });

  it('ending all sessions of a user, however many: one, with its row of audit', async () => {
    const person = await host.people.person();
    await Promise.all(Array.from({ length: 5 }, () => host.people.signIn(person)));
    const { statements } = await log.during(() =>
      host.service.revokeAllSessions(person.id, host.people.caller),
    );
    expect(statements).toEqual(['SELECT sso_user', 'DELETE sso_session', AUDIT]);
  });
});

describe.each(databases)(
  'the statements on $name, with a bound for the sessions of a user, of',
  (database) => {
    const log = new StatementLog();
    const options = { session: { maxPerUser: 1 } };
    const host = hosted({ database, options, dataSource: { logging: true, logger: log } });

    it('a login: one more, and one to end what is too many', async () => {
      const person = await host.people.person();
      const login = () => log.during(() => host.people.signIn(person));
      const most = ['SELECT sso_user', 'UPDATE sso_user', AUDIT, 'SELECT sso_session', 'INSERT sso_session'];
      expect((await login()).statements).toEqual(most);
      expect((await login()).statements).toEqual([
        ...most.slice(0, 4),
        'DELETE sso_session',
        ...most.slice(4),
      ]);
    });
  },
);
