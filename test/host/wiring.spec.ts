import { Controller, Get, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AuthModule, SsoUserService, type AuthOptions, type AuthOptionsFactory } from '../../src/index.js';
import { boot, bootError, testOptions } from '../support/application.js';
import { expectHome, running } from './running.js';

const secret = 'a secret of the tests, longer than thirty-two characters';

@Injectable()
class Registrar {
  constructor(readonly users: SsoUserService) {}
}

@Controller('feature')
class FeatureController {
  constructor(private readonly registrar: Registrar) {}

  @Get()
  feature(): object {
    return { ready: this.registrar.users instanceof SsoUserService };
  }
}

@Module({ imports: [AuthModule], controllers: [FeatureController], providers: [Registrar] })
class FeatureModule {}

@Module({ controllers: [FeatureController], providers: [Registrar] })
class FeatureWithoutImportModule {}

@Injectable()
class Settings implements AuthOptionsFactory {
  readonly home = '/from-the-settings';

  createAuthOptions(): AuthOptions {
    return { secret, password: { bcryptRounds: 4 }, login: { redirectTo: this.home } };
  }
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

describe('AuthModule in feature modules', () => {
  it('is harmless when it is imported bare', async () => {
    await running(await boot({ imports: [FeatureModule] }), async (application) => {
      expect((await application.visitor().get('/feature')).json).toEqual({ ready: true });
      expect(application.app.get(Registrar, { strict: false }).users).toBe(application.service);
    });
  });

  it('need not be imported at all, for it is global', async () => {
    await running(await boot({ imports: [FeatureWithoutImportModule] }), async (application) => {
      expect((await application.visitor().get('/feature')).json).toEqual({ ready: true });
    });
  });

  it('has to be imported when it is not global', async () => {
    const error = await bootError({ imports: [FeatureWithoutImportModule], options: { isGlobal: false } });
    expect(error.message).toContain('SsoUserService');
  });
});

describe('AuthModule.forRootAsync', () => {
  const routes = testOptions().routes;

  it.each<[string, () => DynamicModule]>([
    [
      'useFactory',
      () =>
        AuthModule.forRootAsync({
          routes,
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async (settings: Settings) => settings.createAuthOptions(),
        }),
    ],
    ['useClass', () => AuthModule.forRootAsync({ routes, useClass: Settings })],
    [
      'useExisting',
      () => AuthModule.forRootAsync({ routes, imports: [SettingsModule], useExisting: Settings }),
    ],
  ])('takes the options from %s', async (_, auth) => {
    await running(await boot({ auth }), (application) => expectHome(application, '/from-the-settings'));
  });

  it('takes what shapes the module beside the factory', async () => {
    const auth = () =>
      AuthModule.forRootAsync({
        routePrefix: 'account',
        routes: { register: true, sessions: false },
        useFactory: () => ({ secret, password: { bcryptRounds: 4 } }),
      });
    await running(await boot({ auth }), async (application) => {
      const visitor = application.visitor('form');
      expect((await visitor.page('/account/login')).status).toBe(200);
      expect((await visitor.page('/account/register')).status).toBe(200);
      expect((await visitor.page('/login')).status).toBe(404);
      expect((await visitor.get('/account/session')).status).toBe(404);
      expect((await visitor.get('/account/users')).status).toBe(404);
    });
  });

  it('passes the error of a factory on', async () => {
    const auth = () =>
      AuthModule.forRootAsync({
        useFactory: () => {
          throw new Error('the vault is closed');
        },
      });
    expect((await bootError({ auth })).message).toContain('the vault is closed');
  });
});
