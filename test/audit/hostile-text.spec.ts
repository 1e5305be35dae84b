import { beforeEach, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { Trail } from './trail.js';

const BREAKS = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

const texts: [string, string][] = [
  ['a line feed', 'one\nlog: {"action":"login","outcome":"success"} AuthAudit'],
  ['a carriage return', 'one\r\ntwo\rthree'],
  ['ANSI escapes', '\u001b[2J\u001b[31mred\u001b[0m\u009b1m'],
  ['NUL', 'one\0two'],
  ['separators of Unicode', 'one\u2028two\u2029three\u0085four'],
  ['a lone surrogate', 'one\ud800two'],
  ['quotes and braces', '","outcome":"success","actor":"'],
  ['SQL', "'); DROP TABLE sso_audit_event; --"],
  ['9000 characters', 'x'.repeat(9000)],
  ['9000 code points outside the basic plane', '😀'.repeat(9000)],
  ['nothing', ''],
];

describe.each(databases)('what callers say of themselves, on $name,', (database) => {
  const host = hosted({ database });
  let trail: Trail;

  beforeEach(() => {
    trail = new Trail(host);
  });

  it.each(texts)('stays on one line of the log and in its column: %s', async (_, text) => {
    const { id, username } = await host.people.person();
    const caller = { currentApp: text, remoteAddress: text, userAgent: text, correlationId: text };
    await trail.begin();
    await host.service.login({ username, password: PASSWORD }, caller);
    const refused = host.service.login({ username: `${username}${text}!`, password: 'wrong' }, caller);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_credentials' });

    const rows = await trail.rows();
    expect(rows.map(({ target, outcome }) => [target, outcome])).toEqual([
      [id, 'success'],
      [null, 'failure'],
    ]);
    const lines = trail.lines();
    expect(lines.map(({ event }) => event)).toEqual(rows);
    for (const { raw } of lines) expect(raw).not.toMatch(BREAKS);
    for (const { app, remote_address, user_agent, correlation_id } of rows) {
      for (const [value, length] of [
        [app, 128],
        [remote_address, 45],
        [user_agent, 255],
        [correlation_id, 128],
      ] as const) {
        expect(String(value)).not.toMatch(BREAKS);
        expect(Array.from(String(value)).length).toBeLessThanOrEqual(length);
      }
    }
  });

  it('stays on one line when it comes over HTTP', async () => {
    const { username } = await host.people.person();
    await trail.begin();
    const sent = {
      'user-agent': 'one\x85two\x9b31m","code":"x',
      'x-correlation-id': '"}\x85',
      'x-current-app': '\x9b',
    };
    await host.visitor().submit('/login', { username, password: PASSWORD }, sent);
    expect(trail.lines()).toMatchObject([
      {
        event: {
          outcome: 'success',
          code: null,
          user_agent: expect.stringMatching(/^one.*two.*31m","code":"x$/),
          correlation_id: expect.stringMatching(/^"}.*\uFFFD$/),
          app: expect.stringContaining('\uFFFD'),
        },
      },
    ]);
    for (const { raw } of trail.lines()) expect(raw).not.toMatch(BREAKS);
  });

  it.each(texts.filter(([, text]) => text !== ''))('is no target unless it is an id: %s', async (_, text) => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const caller = { token: admin.cookies.get('id') };
    await trail.begin();
    const change = host.service.changePassword({ userId: text, newPassword: OTHER_PASSWORD }, caller);
    await expect(change).rejects.toMatchObject({ code: 'user_not_found' });
    expect(await trail.rows()).toMatchObject([{ actor: boss.id, target: null, code: 'user_not_found' }]);
  });
});
