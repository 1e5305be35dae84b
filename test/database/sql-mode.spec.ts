import { describe, expect, it } from 'vitest';
import { databases, withOptions } from '../support/databases.js';
import { expectDone } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer } from '../support/servers.js';
import { clients } from '../support/visitor.js';

/** What ends a text, or does not, depending on the mode. */
const TEXTS = [
  `O'Neil`,
  `back\\slash`,
  `'or(1=1)#`,
  `\\'or(1=1)#`,
  `\\\\'or(1=1)#`,
  `"or(1=1)#`,
  `x\\`,
  `'`,
  `日本's "\\🦉`,
];

/** A server of ours has these; its connections can be given any mode at any time. */
const servers = databases.filter(({ name }) => name === 'MariaDB' || name === 'MySQL');

itRunsOnEveryServer();

describe.each(servers)('the SQL mode of $name does not matter,', (database) => {
  describe.each(['', 'NO_BACKSLASH_ESCAPES', 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,STRICT_ALL_TABLES'])(
    'with "%s"',
    (mode) => {
      const host = hosted({ database: withOptions(database, { poolSize: 1 }) });
      const setMode = (): Promise<unknown> => host.dataSource.query(`SET SESSION sql_mode = '${mode}'`);

      it.each(clients)('to what is typed at a login, by %s', async (client) => {
        await host.people.person();
        await setMode();
        for (const text of TEXTS) {
          const { status } = await host.visitor(client).login({ username: text, password: PASSWORD });
          expect(status, text).toBe(401);
        }
      });

      it.each(TEXTS)('to a name that holds %j', async (text) => {
        const admin = await host.people.signIn(await host.people.superUser());
        const other = await host.people.person();
        await setMode();
        const username = `${freshUsername()}${text.replaceAll(/\s/g, '')}`;
        const visitor = host.visitor();
        const passwords = { password: PASSWORD, confirm_password: PASSWORD };
        expectDone(await visitor.register({ username, ...passwords }), { to: '/login', status: 201 });
        expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
        expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
        const { id } = await host.service
          .createUser({ username: freshUsername(), displayName: text, lastName: text }, host.people.caller)
          .then(({ user }) => user);
        expect(await host.rows.user(id)).toMatchObject({ display_name: text, last_name: text });
        expect(await host.rows.user(other.id)).toMatchObject({ display_name: null });
        const found = await admin.get(`/users?q=${encodeURIComponent(`${username}`)}`);
        expect(found.json.users?.map((user) => user.username)).toEqual([username]);
        expect((await admin.get(`/users?q=${encodeURIComponent(`zzz${text}`)}`)).json.total).toBe(0);
        await host.service.deleteUserById(id, host.people.caller);
      });

      it('to a header that is recorded, nor to a transaction of the host', async () => {
        const person = await host.people.person();
        await setMode();
        for (const text of TEXTS.slice(0, -1)) {
          const body = JSON.stringify({ username: person.username, password: PASSWORD });
          const headers = {
            'content-type': 'application/json',
            accept: 'application/json',
            'user-agent': text,
          };
          expect((await host.visitor().send('POST', '/login', { headers, body })).status).toBe(200);
          const events = await host.rows.all('sso_audit_event', { target: person.id, action: 'login' });
          expect(events.map(({ user_agent: agent }) => agent)).toContain(text);
        }
        const displayName = TEXTS.at(-1) ?? '';
        await host.dataSource.transaction((manager) =>
          host.service.within(manager, () =>
            host.service.updateUserById(person.id, { displayName }, host.people.caller),
          ),
        );
        expect(await host.rows.user(person.id)).toMatchObject({ display_name: displayName });
      });
    },
  );
});
