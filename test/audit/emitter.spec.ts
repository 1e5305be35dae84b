import { Injectable, Module } from '@nestjs/common';
import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { beforeEach, describe, expect, it } from 'vitest';
import { SsoAuditEvent, type AuditEventName } from '../../src/index.js';
import { without } from '../hooks/recorder.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';

const heard: [name: AuditEventName, event: SsoAuditEvent][] = [];
let react: (event: SsoAuditEvent) => void | Promise<void> = () => undefined;

@Injectable()
class Listener {
  @OnEvent('sso.login')
  login(event: SsoAuditEvent): void | Promise<void> {
    heard.push(['sso.login', event]);
    return react(event);
  }

  @OnEvent('sso.login.failed')
  loginFailed(event: SsoAuditEvent): void {
    heard.push(['sso.login.failed', event]);
  }

  @OnEvent('sso.password.change')
  passwordChange(event: SsoAuditEvent): void | Promise<void> {
    heard.push(['sso.password.change', event]);
    return react(event);
  }

  @OnEvent('sso.password.change.failed')
  passwordChangeFailed(event: SsoAuditEvent): void {
    heard.push(['sso.password.change.failed', event]);
  }
}

/** Everything, by the wildcard; what is no audit event tells of sessions that ended. */
const all: object[] = [];

@Injectable()
class Wildcard {
  @OnEvent('sso.**')
  any(event: object): void {
    all.push(event);
  }
}

beforeEach(() => {
  heard.length = 0;
  all.length = 0;
  react = () => undefined;
});

describe.each(databases)('the event emitter of the host, on $name,', (database) => {
  const host = hosted({ database, imports: [EventEmitterModule.forRoot()], providers: [Listener] });

  it('emits each event once, under a name that tells a refusal from a success', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.visitor().login({ username: person.username, password: 'not this one' });
    await visitor.changePassword('not this one', OTHER_PASSWORD);
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(heard.map(([name, { action, outcome, code }]) => [name, action, outcome, code])).toEqual([
      ['sso.login', 'login', 'success', null],
      ['sso.login.failed', 'login', 'failure', 'invalid_credentials'],
      ['sso.password.change.failed', 'password.change', 'failure', 'incorrect_password'],
      ['sso.password.change', 'password.change', 'success', null],
    ]);
    for (const [, event] of heard) {
      expect(event).toBeInstanceOf(SsoAuditEvent);
      expect(event).toMatchObject({ target: person.id, remoteAddress: '127.0.0.1', at: expect.any(Date) });
    }
  });

  it('emits nothing secret', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const { password_hash: hash } = await host.rows.user(person.id);
    const token = visitor.cookies.get('id');
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    const written = JSON.stringify(heard);
    for (const secret of [PASSWORD, OTHER_PASSWORD, hash, token]) expect(written).not.toContain(secret);
  });

  it('emits what is committed', async () => {
    const seen: number[] = [];
    react = async ({ id }) => void seen.push(await host.rows.count('sso_audit_event', { id }));
    const visitor = await host.people.signIn(await host.people.person());
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    await expect.poll(() => seen).toEqual([1, 1]);
  });

  it('emits no success that was not committed', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    heard.length = 0;
    await without(host, 'sso_password_history', async () => {
      expectRefused(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), 503, 'service_unavailable');
    });
    expect(heard.map(([name]) => name)).toEqual(['sso.password.change.failed']);
    host.log.takeErrors();
  });
});

describe('a listener that fails', () => {
  const host = hosted({ imports: [EventEmitterModule.forRoot()], providers: [Listener] });

  it('holds nothing up', async () => {
    react = () => {
      throw new Error('The listener failed.');
    };
    const visitor = await host.people.signIn(await host.people.person());
    expect(await visitor.isSignedIn()).toBe(true);
    expect(host.log.takeErrors().join()).toContain('The listener failed.');
  });
});

describe('an event emitter that only one module of the host imports', () => {
  @Module({
    imports: [EventEmitterModule.forRoot({ global: false, wildcard: true })],
    providers: [Wildcard],
  })
  class FeatureModule {}

  const host = hosted({ imports: [FeatureModule] });

  it('emits all the same, to wildcards too', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.service.lockUser(person.id, host.people.caller);
    await visitor.login({ username: person.username, password: PASSWORD });
    const told = all.map((event) => (event instanceof SsoAuditEvent ? [event.action, event.code] : event));
    expect(told).toEqual([
      ['user.create', null],
      ['login', null],
      { userId: person.id, sessionIds: null },
      ['user.lock', null],
      ['login', 'account_locked'],
    ]);
  });
});

describe('a host that has the package, but imports no event emitter', () => {
  const host = hosted({ providers: [Listener] });

  it('goes without', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    expect(await visitor.isSignedIn()).toBe(true);
    expect(heard).toEqual([]);
  });
});
