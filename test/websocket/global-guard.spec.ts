import { UseFilters } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AuthGatewayFilter,
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

describe.each(transports)('in a gateway over $name, where SessionGuard is bound globally,', (transport) => {
  const host = hosted({
    providers: [UnmarkedGateway, { provide: APP_GUARD, useClass: SessionGuard }],
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
