import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditSink, SsoAuditEvent } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { without } from '../hooks/recorder.js';
import { Trail } from './trail.js';

class Collector implements AuditSink {
  readonly events: SsoAuditEvent[] = [];
  react: ((event: SsoAuditEvent) => void | Promise<void>) | undefined;

  async record(event: SsoAuditEvent): Promise<void> {
    this.events.push(event);
    await this.react?.(event);
  }
}

const broken: AuditSink = {
  record() {
    throw new Error('a password of the collector');
  },
};
const rejecting: AuditSink = { record: () => Promise.reject(new TypeError('gone')) };
const collector = new Collector();

describe.each(databases)('an audit sink on $name', (database) => {
  const host = hosted({ database, options: { audit: { sinks: [collector] } } });
  beforeEach(() => {
    collector.events.length = 0;
    collector.react = undefined;
  });

  it('gets every event once, when its row is committed', async () => {
    const seen: number[] = [];
    collector.react = async ({ id }) => void seen.push(await host.rows.count('sso_audit_event', { id }));
    const trail = new Trail(host);
    await trail.begin();
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.visitor().login({ username: person.username, password: 'not this one' });
    await visitor.changePassword('not this one', OTHER_PASSWORD);
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(collector.events.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['user.create', 'success'],
      ['login', 'success'],
      ['login', 'failure'],
      ['password.change', 'failure'],
      ['password.change', 'success'],
    ]);
    await expect.poll(() => seen).toEqual([1, 1, 1, 1, 1]);
    expect((await trail.rows()).map(({ id }) => id)).toEqual(collector.events.map(({ id }) => id));
    expect(collector.events.every(({ at }) => at instanceof Date)).toBe(true);
  });

  it('gets no success that was not committed', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    collector.events.length = 0;
    await without(host, 'sso_password_history', async () => {
      expectRefused(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), 503, 'service_unavailable');
    });
    expect(collector.events).toMatchObject([{ outcome: 'failure', code: 'service_unavailable' }]);
    host.log.takeErrors();
  });

  it('may ask the service while it is told', async () => {
    const person = await host.people.person();
    const found: string[] = [];
    collector.react = async () => {
      const { username } = await host.service.getUserById(person.id, host.people.caller);
      found.push(username);
    };
    await host.people.signIn(person);
    await expect.poll(() => found).toEqual([person.username]);
  });
});

describe.each(clients)('audit sinks that fail, by %s,', (client) => {
  const host = hosted({ options: { audit: { sinks: [broken, rejecting, collector] } } });

  it('hold nothing up, and the next one is told all the same', async () => {
    const person = await host.people.person();
    collector.events.length = 0;
    const visitor = host.visitor(client);
    expectDone(await visitor.login({ username: person.username, password: PASSWORD }), { to: '/' });
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expectRefused(
      await visitor.login({ username: person.username, password: PASSWORD }),
      401,
      'invalid_credentials',
    );
    expect(collector.events.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['login', 'success'],
      ['password.change', 'success'],
      ['login', 'failure'],
    ]);
    const errors = host.log.takeErrors().join('\n');
    expect(errors).toContain('An audit sink failed: Error');
    expect(errors).toContain('An audit sink failed: TypeError');
    expect(errors).not.toContain('a password of the collector');
  });
});
