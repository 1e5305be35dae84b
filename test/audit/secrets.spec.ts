import { describe, expect, it } from 'vitest';
import { SsoUserService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)('the audit on $name', (database) => {
  const host = hosted({ database });

  it.each(clients)('holds no password, hash or token, in rows, lines and answers, by %s', async (client) => {
    const secrets = [PASSWORD, OTHER_PASSWORD, THIRD_PASSWORD, 'not this one', '$bcrypt', '$2b$'];
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const person = await host.people.person();
    const { id, username } = person;

    const visitor = await host.people.signIn(person, client);
    secrets.push(...visitor.cookies.entries().map(([, value]) => value));
    for (const { token_hash: hash } of await host.rows.sessionsOf(id)) secrets.push(String(hash));
    for (const row of [await host.rows.user(id)]) secrets.push(String(row.password_hash));

    await visitor.changePassword('not this one', OTHER_PASSWORD);
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    await visitor.login({ username, password: OTHER_PASSWORD, new_password: THIRD_PASSWORD });
    // People type a password where the name belongs.
    await visitor.login({ username: PASSWORD, password: PASSWORD });
    await visitor.login({ username: OTHER_PASSWORD.replaceAll(' ', ''), password: PASSWORD });
    secrets.push(OTHER_PASSWORD.replaceAll(' ', ''));
    await visitor.logout();
    const made = await admin.api('POST', '/users', { username: freshUsername() });
    const reset = await host.service.resetPassword(id, SsoUserService.system('help desk'));
    secrets.push(String(made.json.password), reset.password);
    for (const { token_hash: hash } of await host.rows.sessionsOf(boss.id)) secrets.push(String(hash));
    secrets.push(...admin.cookies.entries().map(([, value]) => value));

    const rows = JSON.stringify(await host.rows.all('sso_audit_event'));
    const answer = await admin.get(`/users/${id}/audit`);
    const places = { rows, lines: host.log.lines.join('\n'), answer: answer.body };
    for (const [place, text] of Object.entries(places))
      expect({ place, found: secrets.filter((secret) => text.includes(secret)) }).toEqual({
        place,
        found: [],
      });
    expect(secrets.filter((secret) => secret.length < 4)).toEqual([]);
  });
});
