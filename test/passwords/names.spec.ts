import { describe, expect, it } from 'vitest';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const code = 'password_contains_identity';
const names = { displayName: 'Zoë Underwood', firstName: 'Quentin', lastName: 'Featherstone' };
const wireNames = { display_name: 'Zoë Underwood', first_name: 'Quentin', last_name: 'Featherstone' };

describe('a password with a name of its owner in it', () => {
  const host = hosted();

  describe.each(['my UNDERWOOD of 7', '7 quentin 7 rivers', 'featherstones 77', 'zoe\u0308 underwood'])(
    'as %j',
    (password) => {
      it.each(clients)('is refused to its owner, by %s', async (client) => {
        const person = await host.people.person(names);
        const visitor = await host.people.signIn(person, client);
        expectRefused(await visitor.changePassword(PASSWORD, password), 422, code);
        const { username } = person;
        const login = { username, password: PASSWORD, new_password: password };
        expectRefused(await host.visitor(client).login(login), 422, code);
        expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
      });

      it.each(clients)(
        'is refused to super-users, for a new user and for one who is there, by %s',
        async (client) => {
          const admin = await host.people.signIn(await host.people.superUser(), client);
          const { id } = await host.people.person(names);
          const token = client === 'form' ? await admin.token('/users/new') : {};
          const send = (path: string, fields: object) =>
            client === 'form' ? admin.post(path, { ...fields, ...token }) : admin.api('POST', path, fields);
          const username = freshUsername();
          expectRefused(await send('/users', { username, password, ...wireNames }), 422, code);
          expectRefused(await send(`/users/${id}/password`, { new_password: password }), 422, code);
          expect(await host.rows.count('sso_user', { username })).toBe(0);
        },
      );

      it('is refused to the system', async () => {
        const { id: userId } = await host.people.person(names);
        const { service, people } = host;
        const input = { username: freshUsername(), password, ...names };
        await expect(service.createUser(input, people.caller)).rejects.toMatchObject({ code });
        await expect(service.createSuperUser(input, people.caller)).rejects.toMatchObject({ code });
        const change = { userId, newPassword: password };
        await expect(service.changePassword(change, people.caller)).rejects.toMatchObject({ code });
      });

      it('is good for somebody of another name', async () => {
        const person = await host.people.person({ displayName: 'Ann', firstName: 'Al', lastName: 'Ng' });
        const visitor = await host.people.signIn(person);
        expect((await visitor.changePassword(PASSWORD, password)).status).toBe(200);
      });
    },
  );
});
