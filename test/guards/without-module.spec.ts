import {
  Body,
  Controller,
  Get,
  type INestApplication,
  Module,
  Post,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AuthGatewayFilter,
  CsrfGuard,
  CurrentUser,
  SessionGuard,
  SignedIn,
  SsoCaller,
  type SsoUser,
  SuperUserOnly,
} from '../../src/index.js';
import { boot } from '../support/application.js';
import { expectRefused } from '../support/expectations.js';
import { Log } from '../support/log.js';
import { running } from '../host/running.js';

@Controller('guarded')
@UseFilters(AuthGatewayFilter)
class GuardedController {
  @Get()
  @SignedIn()
  own(@CurrentUser() user: SsoUser | null): object {
    return { name: user?.username ?? 'nobody' };
  }

  @Get('super')
  @SuperUserOnly()
  super(@SsoCaller() caller: SsoCaller): object {
    return { address: caller.remoteAddress };
  }

  @Post()
  @UseGuards(CsrfGuard)
  post(@Body() body: object): object {
    return body;
  }
}

@Module({ controllers: [GuardedController] })
class GuardedModule {}

describe('a guarded controller where AuthModule is not', () => {
  let app: INestApplication | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it('is made by a unit test as it is', async () => {
    const testing = await Test.createTestingModule({ controllers: [GuardedController] }).compile();
    expect(testing.get(GuardedController).own(null)).toEqual({ name: 'nobody' });
  });

  it('lets nobody in, and the log says what to import', async () => {
    const log = new Log();
    const testing = await Test.createTestingModule({ controllers: [GuardedController] })
      .setLogger(log)
      .compile();
    app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    for (const [method, path] of [
      ['GET', '/guarded'],
      ['GET', '/guarded/super'],
      ['POST', '/guarded'],
    ] as const) {
      expect((await fetch(`${await app.getUrl()}${path}`, { method })).status, path).toBe(500);
      expect(log.takeErrors().join('\n'), path).toContain('need AuthModule.forRoot() in the root module');
    }
  });

  it('is open to the test that overrides its guard', async () => {
    const testing = await Test.createTestingModule({ controllers: [GuardedController] })
      .overrideGuard(SessionGuard)
      .useValue({ canActivate: () => true })
      .compile();
    app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/guarded`);
    expect([answer.status, await answer.json()]).toEqual([200, { name: 'nobody' }]);
  });

  it('is guarded all the same in a module that does not import one that is not global', async () => {
    await running(await boot({ imports: [GuardedModule], options: { isGlobal: false } }), async (host) => {
      expectRefused(await host.visitor().get('/guarded'), 401, 'not_authenticated');
      const visitor = await host.people.signIn(await host.people.person());
      expect((await visitor.get('/guarded')).status).toBe(200);
      expectRefused(await visitor.get('/guarded/super'), 403, 'super_user_required');
    });
  });
});
