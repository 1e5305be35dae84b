import { type Provider, UseFilters } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AuthGatewayFilter,
  type AuthModuleOptions,
  CurrentUser,
  SessionGuard,
  type SsoUser,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { PATH, transports, type Message } from './wire.js';

@WebSocketGateway({ path: PATH })
@UseFilters(AuthGatewayFilter)
class UnmarkedGateway {
  handleConnection(client: { request?: unknown }, request: unknown): void {
    client.request ??= request;
  }

  @SubscribeMessage('me')
  me(@CurrentUser() user: SsoUser): Message {
    return { event: 'me', data: user.username };
  }

  @SubscribeMessage('open')
  @AllowAnonymous()
  open(@CurrentUser() user: SsoUser | null): Message {
    return { event: 'open', data: user === null ? 'a stranger' : user.username };
  }
}

const bound: [way: string, options: AuthModuleOptions, providers: Provider[]][] = [
  ['by APP_GUARD', {}, [{ provide: APP_GUARD, useClass: SessionGuard }]],
  ["by protect: 'all'", { protect: 'all' }, []],
];
const onEach = transports.flatMap((transport) =>
  bound.map(([way, options, providers]) => ({ ...transport, transport, way, options, providers })),
);

describe.each(onEach)('in a gateway over $name, guarded $way,', ({ transport, options, providers }) => {
  const host = hosted({
    options,
    providers: [UnmarkedGateway, ...providers],
    configure: (app) => app.useWebSocketAdapter(transport.adapter(app)),
  });

  it('every message is guarded, but for those that bear @AllowAnonymous()', async () => {
    const stranger = await transport.connect(host.url, {});
    expect(await stranger.ask('me')).toEqual({
      event: 'exception',
      data: expect.objectContaining({ statusCode: 401, code: 'not_authenticated' }),
    });
    expect(await stranger.ask('open')).toEqual({ event: 'open', data: 'a stranger' });
    stranger.close();
    const person = await host.people.person();
    const cookie = (await host.people.signIn(person)).cookies.header();
    const wire = await transport.connect(host.url, { cookie });
    for (const event of ['me', 'open'])
      expect(await wire.ask(event)).toEqual({ event, data: person.username });
    wire.close();
  });
});
