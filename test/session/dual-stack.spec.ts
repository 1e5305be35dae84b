import { beforeEach, describe, expect, it } from 'vitest';
import { TooManyAttemptsException } from '../../src/index.js';
import { Recorder } from '../hooks/recorder.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshUsername } from '../support/people.js';
import { clients } from '../support/visitor.js';

/** What a socket for both protocols says of a client on 127.0.0.1. */
const MAPPED = '::ffff:127.0.0.1';
const ATTEMPTS = 25;

describe.each(databases)('on a socket for IPv6 and IPv4, on $name,', (database) => {
  const hooks = new Recorder();
  const host = hosted({
    database,
    listenOn: '::',
    options: {
      login: { hooks },
      throttle: { loginsPerAddress: { attempts: ATTEMPTS, window: '1h' } },
    },
  });
  beforeEach(() => hooks.reset());

  it.each(clients)('an IPv4 address is stored, logged and told as one, by %s', async (client) => {
    const person = await host.people.person();
    const lines = host.log.lines.length;
    const visitor = await host.people.signIn(person, client);

    expect(await host.rows.sessionsOf(person.id)).toMatchObject([{ remote_address: '127.0.0.1' }]);
    expect(await host.rows.all('sso_audit_event', { target: person.id, action: 'login' })).toMatchObject([
      { remote_address: '127.0.0.1' },
    ]);
    expect(hooks.of('loginSuccess').map(({ context }) => context.remoteAddress)).toEqual(['127.0.0.1']);
    expect((await visitor.get('/sessions')).json.sessions).toMatchObject([{ remote_address: '127.0.0.1' }]);
    expect((await visitor.page('/sessions')).body).toMatch(/\b127\.0\.0\.1\b/);
    expect((await visitor.page('/sessions')).body).not.toContain('ffff');
    expect(host.log.lines.slice(lines).join('\n')).not.toContain('ffff');
  });

  it('and so is one that code gives in the clothes of IPv6', async () => {
    const { id, username, password } = await host.people.person();
    const caller = { remoteAddress: '::FFFF:192.0.2.7' };
    await host.service.login({ username, password }, caller);

    expect(await host.rows.sessionsOf(id)).toMatchObject([{ remote_address: '192.0.2.7' }]);
    expect(await host.rows.all('sso_audit_event', { target: id, action: 'login' })).toMatchObject([
      { remote_address: '192.0.2.7' },
    ]);
    expect(hooks.of('loginSuccess').map(({ context }) => context.remoteAddress)).toEqual(['192.0.2.7']);
  });

  it('both spellings share one count', async () => {
    const fields = { username: freshUsername(), password: 'a wrong password' };
    for (let round = 0; round < ATTEMPTS; round += 1) await host.visitor().login(fields);
    expect((await host.visitor().login(fields)).status).toBe(429);
    for (const remoteAddress of ['127.0.0.1', MAPPED]) {
      const login = host.service.login(fields, { remoteAddress });
      await expect(login).rejects.toBeInstanceOf(TooManyAttemptsException);
    }
  });
});
