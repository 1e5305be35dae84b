import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';

describe.each(databases)('requests of many sessions at once on $name', (database) => {
  const host = hosted({ database });

  it('get each their own session, and none that has ended', async () => {
    const people = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const person = await host.people.person();
        const visitor = await host.people.signIn(person);
        const stolen = visitor.twin();
        if (index % 3 === 0) await visitor.logout();
        return { username: person.username, visitor: stolen, isSignedIn: index % 3 !== 0 };
      }),
    );
    const asked = people.flatMap((person) => [person, person]);
    const answers = await Promise.all(asked.map(({ visitor }) => visitor.get('/session')));
    expect(answers.map(({ json }) => json.user?.username)).toEqual(
      asked.map(({ username, isSignedIn }) => (isSignedIn ? username : undefined)),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      asked.map(({ isSignedIn }) => (isSignedIn ? 200 : 401)),
    );
  });
});
