import { Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AuthModule, type HookContext, LoginHooks, SsoUserService, type Verdict } from '../../src/index.js';
import { boot, type Boot, testOptions } from '../support/application.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

@Injectable()
class Doorkeeper {
  readonly turnedAway: string[] = [];

  judge(username: string): Verdict {
    if (!this.turnedAway.includes(username)) return undefined;
    return `Not tonight, ${username}.`;
  }
}

@Injectable()
class DoorHooks extends LoginHooks {
  constructor(
    private readonly doorkeeper: Doorkeeper,
    readonly users: SsoUserService,
  ) {
    super();
  }

  override preLogin({ username }: HookContext): Verdict {
    return this.users instanceof SsoUserService ? this.doorkeeper.judge(username) : 'wrongly wired';
  }
}

@Module({ providers: [Doorkeeper, DoorHooks] })
class DoorModule {}

@Module({ providers: [Doorkeeper], exports: [Doorkeeper] })
class DoorkeeperModule {}

const { routes, isGlobal, routePrefix, dataSource, userEntity, protect, ...options } = testOptions();
const shape = { routes, isGlobal, routePrefix, dataSource, userEntity, protect };

const ways: [string, Boot][] = [
  ['a class of one of its modules', { options: { login: { hooks: DoorHooks } }, imports: [DoorModule] }],
  [
    'a class that a factory names',
    {
      auth: () =>
        AuthModule.forRootAsync({
          ...shape,
          useFactory: async () => ({ ...options, login: { hooks: DoorHooks } }),
        }),
      imports: [DoorModule],
    },
  ],
  [
    'an object that a factory makes of what it injects',
    {
      auth: () =>
        AuthModule.forRootAsync({
          ...shape,
          imports: [DoorkeeperModule],
          inject: [Doorkeeper],
          useFactory: (doorkeeper: Doorkeeper) => ({
            ...options,
            login: { hooks: { preLogin: ({ username }: HookContext) => doorkeeper.judge(username) } },
          }),
        }),
    },
  ],
];

describe('the hooks of a host', () => {
  it.each(ways)('are %s', async (_, given) => {
    const host = await boot(given);
    try {
      const { username } = await host.people.person();
      const { turnedAway } = host.app.get(Doorkeeper, { strict: false });
      for (const client of clients) {
        expectDone(await host.visitor(client).login({ username, password: PASSWORD }), { to: '/' });
        turnedAway.push(username);
        const answer = await host.visitor(client).login({ username, password: PASSWORD });
        expectRefused(answer, 401, 'rejected_by_hook');
        expect(answer.message).toBe(`Not tonight, ${username}.`);
        turnedAway.length = 0;
      }
    } finally {
      await host.close();
    }
  });

  it('are an object with as few methods as it likes', async () => {
    const host = await boot({
      options: { login: { hooks: { loginFailure: (_, code) => `It was ${code}.` } } },
    });
    try {
      const { username } = await host.people.person();
      expectDone(await host.visitor().login({ username, password: PASSWORD }), { to: '/' });
      const answer = await host.visitor().login({ username, password: 'not this one' });
      expect(answer.message).toBe('It was invalid_credentials.');
    } finally {
      await host.close();
    }
  });
});
