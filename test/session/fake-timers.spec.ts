import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { expectDone } from '../support/expectations.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import { clients, type Visitor } from '../support/visitor.js';

describe.each(databases)('the fake timers of a test runner, on $name,', (database) => {
  const host = hosted({ database });
  let person: Person;
  let visitor: Visitor;

  beforeEach(async () => {
    person = await host.people.person();
    visitor = await host.people.signIn(person);
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('do not hang guarded routes, one at a time or many at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect((await visitor.get('/private')).json).toEqual({ username: person.username });
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => visitor.get('/private')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it.each(clients)('do not hang registration, login, change and logout, by %s', async (client) => {
    const username = freshUsername();
    const newcomer = host.visitor(client);
    const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
    expectDone(await newcomer.register(fields), { to: '/login', status: 201 });
    expectDone(await newcomer.login({ username, password: PASSWORD }), { to: '/' });
    expectDone(await newcomer.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expectDone(await newcomer.login({ username, password: OTHER_PASSWORD }), { to: '/' });
    expectDone(await newcomer.logout(), { to: '/login' });
  });
});
