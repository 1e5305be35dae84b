import { Injectable } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { describe, expect, it } from 'vitest';
import { AuthModule, type AuthOptions, type AuthOptionsFactory } from '../../src/index.js';
import { testOptions } from '../support/application.js';
import { hosted } from '../support/hosted.js';

/** What a host keeps in its environment. */
const environment = () => ({ auth: { secret: 's'.repeat(32), cookie: 'shop', expiry: '10m' } });

const config = ConfigModule.forRoot({ load: [environment], ignoreEnvFile: true });
const { routes, ...common } = testOptions();

function optionsFrom(settings: ConfigService): AuthOptions {
  return {
    ...common,
    login: { redirectTo: '/private' },
    secret: settings.getOrThrow<string>('auth.secret'),
    session: {
      cookieName: settings.getOrThrow<string>('auth.cookie'),
      expiry: settings.getOrThrow<string>('auth.expiry'),
    },
  };
}

@Injectable()
class AuthConfig implements AuthOptionsFactory {
  constructor(private readonly settings: ConfigService) {}

  createAuthOptions(): AuthOptions {
    return optionsFrom(this.settings);
  }
}

describe.each([
  {
    how: 'useFactory',
    auth: AuthModule.forRootAsync({
      imports: [config],
      inject: [ConfigService],
      useFactory: optionsFrom,
      routes,
    }),
  },
  { how: 'useClass', auth: AuthModule.forRootAsync({ imports: [config], useClass: AuthConfig, routes }) },
])('options from the ConfigService of @nestjs/config by $how', ({ auth }) => {
  const host = hosted({ auth: () => auth });

  it('are those that count', async () => {
    const person = await host.people.person();
    const visitor = host.visitor();
    const { status, setCookies } = await visitor.login({
      username: person.username,
      password: person.password,
    });
    expect([status, setCookies.map(({ name }) => name)]).toEqual([200, ['shop']]);
    const { json } = await visitor.get('/session');
    expect(json.user?.username).toBe(person.username);
    const remaining = Date.parse(json.expires_at ?? '') - Date.now();
    expect(remaining / 60_000).toBeCloseTo(10, 0);
    expect(host.log.of('warn')).toEqual([]);
  });
});
