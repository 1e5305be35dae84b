import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SsoAuditEvent } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';

const DAY = 86_400_000;

async function record(host: TestApplication, count: number, age: number): Promise<string> {
  const target = randomUUID();
  const at = new Date(Date.now() - age);
  for (let done = 0; done < count; done += 500) {
    await host.dataSource.getRepository(SsoAuditEvent).insert(
      Array.from({ length: Math.min(500, count - done) }, () => ({
        id: randomUUID(),
        target,
        action: 'login' as const,
        outcome: 'failure' as const,
        at,
      })),
    );
  }
  return target;
}

describe.each(databases)('the retention of the audit on $name', (database) => {
  it('deletes what is older, in however many batches, and nothing else', async () => {
    const fresh = await database.create(true);
    try {
      const before = await boot({ fresh, options: { session: { sweepInterval: false } } });
      const ancient = await record(before, 2300, 400 * DAY);
      const justOver = await record(before, 2, 30 * DAY + 1000);
      const justUnder = await record(before, 2, 30 * DAY - 60_000);
      const recent = await record(before, 3, 0);
      await before.close();

      const options = { audit: { retention: '30d' }, session: { sweepInterval: '50ms' } };
      const host = await boot({ fresh, options });
      try {
        for (const target of [ancient, justOver]) {
          await expect.poll(() => host.rows.count('sso_audit_event', { target })).toBe(0);
        }
        expect(await host.rows.count('sso_audit_event', { target: justUnder })).toBe(2);
        expect(await host.rows.count('sso_audit_event', { target: recent })).toBe(3);
      } finally {
        await host.close();
      }
    } finally {
      await fresh.drop();
    }
  });
});

describe('an audit without retention', () => {
  const host = hosted({ options: { session: { sweepInterval: '20ms' } } });

  it('keeps everything', async () => {
    const ancient = await record(host, 2, 4000 * DAY);
    const person = await host.people.person();
    await host.people.signIn(person);
    await host.rows.update('sso_session', { user_id: person.id }, { expires_at: Date.now() - 1 });
    await expect.poll(() => host.rows.sessionsOf(person.id)).toEqual([]);
    expect(await host.rows.count('sso_audit_event', { target: ancient })).toBe(2);
  });
});
