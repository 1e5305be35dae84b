import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Recorder } from '../hooks/recorder.js';
import { hosted } from '../support/hosted.js';
import { expectRefused } from '../support/expectations.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { behindProxy, expectBraked, logIn, passTime, stopTime, success, times } from './guesses.js';

const hooks = new Recorder();

describe.each(clients)('a login that a hook refuses, by %s', (client) => {
  const { options, configure } = behindProxy();
  const host = hosted({ configure, options: { ...options, login: { hooks } } });

  beforeEach(() => {
    hooks.reset();
    stopTime();
  });
  afterEach(() => vi.useRealTimers());

  const refusals: [how: string, refuse: () => string, status: number][] = [
    ['in a text', () => 'Your second code is wrong.', 401],
    [
      'in an exception of its own',
      () => {
        throw new HttpException('Your second code is wrong.', 403);
      },
      403,
    ],
  ];

  it.each(refusals)(
    '%s after the right password counts as a failure of the account',
    async (_, refuse, status) => {
      const { username } = await host.people.person();
      hooks.on('loginSuccess', refuse);
      const statuses: number[] = [];
      for (let round = 0; round < 10; round += 1)
        statuses.push((await logIn(host.visitor(client), username, PASSWORD)).status);
      expect(statuses).toEqual(times(10, status));
      expect(expectBraked(await logIn(host.visitor(client), username, PASSWORD))).toBe(60);
      expect(hooks.of('loginSuccess')).toHaveLength(10);
      hooks.reset();
      passTime(60_000);
      expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(success(client));
      // What the hook lets through clears the count.
      hooks.on('loginSuccess', refuse);
      for (let round = 0; round < 10; round += 1)
        expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(status);
      expectBraked(await logIn(host.visitor(client), username, PASSWORD));
    },
  );

  it('is no failure of the account when the hook itself fails', async () => {
    const { username } = await host.people.person();
    hooks.on('loginSuccess', () => {
      throw new ServiceUnavailableException('The other system is down.');
    });
    for (let round = 0; round < 15; round += 1)
      expect((await logIn(host.visitor(client), username, PASSWORD)).status).toBe(503);
  });

  it('before the password is looked at counts as none', async () => {
    const { username } = await host.people.person();
    hooks.on('preLogin', () => 'We are closed.');
    for (let round = 0; round < 15; round += 1)
      expectRefused(await logIn(host.visitor(client), username, PASSWORD), 401, 'rejected_by_hook');
  });

  it('that takes a user over in `preLogin` finds the new password, known browser or not', async () => {
    const person = await host.people.person();
    const browser = host.visitor(client);
    await logIn(browser, person.username, PASSWORD);
    const next = 'a password of elsewhere 5';
    hooks.on('preLogin', async () => {
      hooks.reset();
      await host.service.changePassword(
        { userId: person.id, newPassword: next, mustChange: false },
        host.people.caller,
      );
    });
    expect((await logIn(browser, person.username, next)).status).toBe(success(client));
  });
});
