import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExpressAdapter } from '@nestjs/platform-express';
import { AuthModule } from '../../src/index.js';
import { boot, bootError, testOptions } from '../support/application.js';
import { expectDone } from '../support/expectations.js';
import { PASSWORD } from '../support/people.js';
import { expectHome, running } from './running.js';

describe('an application that cannot work', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('says what to do when the entities are not registered', async () => {
    const { message } = await bootError({ dataSource: { entities: [] } });
    expect(message).toMatch(/authEntities/);
    expect(message).toMatch(/entities/);
  });

  it('says which data source lacks the entities', async () => {
    const given = { dataSource: { name: 'other', entities: [] }, options: { dataSource: 'other' } };
    const { message } = await bootError(given);
    expect(message).toMatch(/authEntities/);
    expect(message).toMatch(/other/);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['an empty list', []],
    ['too short', 'x'.repeat(31)],
    ['too short, once rotated', ['x'.repeat(40), 'short']],
  ])('says what to do when the secret is %s in production', async (_, wrong) => {
    const { message } = await bootError({ options: { production: true, secret: wrong } });
    expect(message).toMatch(/secret/);
    expect(message).toMatch(/32/);
    expect(message).not.toContain('xxx');
  });

  it('is in production when NODE_ENV says so', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { message } = await bootError({ options: { secret: undefined, password: { bcryptRounds: 12 } } });
    expect(message).toMatch(/secret/);
  });

  it.each([4, 9])('says what to do when bcrypt has %i rounds outside tests', async (bcryptRounds) => {
    vi.stubEnv('NODE_ENV', 'development');
    const { message } = await bootError({ options: { password: { bcryptRounds } } });
    expect(message).toMatch(/bcryptRounds/);
    expect(message).toMatch(/10/);
  });

  it.each([
    ['__Host-id', false],
    ['__Secure-id', false],
    ['__Host-id', true],
    ['my cookie', false],
    ['id;', true],
    ['', false],
  ])(
    'says what to do when the cookie cannot be called %j, production: %s',
    async (cookieName, production) => {
      const { message } = await bootError({ options: { production, session: { cookieName } } });
      expect(message).toMatch(/cookieName/);
    },
  );

  it.each([
    [{ session: { expiry: 'soon' } }, /session\.expiry/],
    [{ session: { expiry: 0 } }, /session\.expiry/],
    [{ session: { maxExpiry: -1 } }, /session\.maxExpiry/],
    [{ session: { sweepInterval: 'often' } }, /session\.sweepInterval/],
    [{ session: { maxPerUser: 0 } }, /session\.maxPerUser/],
    [{ session: { maxPerUser: 2.5 } }, /session\.maxPerUser/],
    [{ password: { bcryptRounds: 4, minLength: 0 } }, /minLength/],
    [{ password: { bcryptRounds: 4, history: -1 } }, /history/],
    [{ password: { bcryptRounds: 4, expiry: 0.5 } }, /expiry/],
    [{ trustedOrigins: ['friend.example'] }, /trustedOrigins/],
    [{ register: { userDefaults: { passwordHash: 'x' } } }, /userDefaults/],
    [{ register: { userDefaults: { username: 'x' } } }, /userDefaults/],
    [{ register: { userDefaults: { emailVerifiedAt: new Date() } } }, /userDefaults/],
  ])('says which option makes no sense: %j', async (options, name) => {
    expect((await bootError({ options })).message).toMatch(name);
  });

  it('says that forRoot is called once only', async () => {
    const { message } = await bootError({ imports: [AuthModule.forRoot(testOptions())] });
    expect(message).toMatch(/forRoot/);
    expect(message).toMatch(/once|second|twice/i);
  });

  it('says so for forRootAsync as well', async () => {
    const second = AuthModule.forRootAsync({ routePrefix: 'b', useFactory: () => ({}) });
    const { message } = await bootError({ imports: [second] });
    expect(message).toMatch(/forRoot/);
    expect(message).toMatch(/once|second|twice/i);
  });

  it('says what to do on another adapter than that of Express', async () => {
    class OtherAdapter extends ExpressAdapter {
      override getType(): string {
        return 'fastify';
      }
    }
    const { message } = await bootError({ adapter: new OtherAdapter() });
    expect(message).toContain('this application runs on "fastify"');
    expect(message).toContain('@nestjs/platform-express');
  });

  it('says what to do when nothing reads bodies', async () => {
    const { message } = await bootError({ create: { bodyParser: false } });
    expect(message).toContain('no body parser');
    for (const cure of ['`bodyParser: false`', "app.useBodyParser('json')"]) expect(message).toContain(cure);
  });

  it('does not spoil the next application in the process', async () => {
    await bootError({ dataSource: { entities: [] } });
    await running(await boot(), (application) => expectHome(application, '/'));
  });
});

describe('a secret that nobody has set', () => {
  it('is made up outside production, with one warning', async () => {
    await running(await boot({ options: { secret: undefined } }), async (application) => {
      expect(application.log.of('warn').filter((line) => line.includes('secret'))).toHaveLength(1);
      const { username } = await application.people.person();
      expectDone(await application.visitor('form').login({ username, password: PASSWORD }), { to: '/' });
    });
  });
});
