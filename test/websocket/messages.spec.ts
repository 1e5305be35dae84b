import { type ExecutionContext, Injectable, UseFilters, UseGuards } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AuthGatewayFilter,
  type AuthRequest,
  CurrentUser,
  SessionGuard,
  SignedIn,
  SsoCaller,
  SsoUserService,
  type SsoUser,
  SuperUserGuard,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import type { Visitor } from '../support/visitor.js';
import { PATH, transports, type Message, type Wire } from './wire.js';

/** Guards those messages only that do not say otherwise. */
@Injectable()
class SometimesGuard extends SessionGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    return context.switchToWs().getData() === 'unguarded' || super.canActivate(context);
  }
}

/** Takes the cookie from the message, as a host does whose sockets have no cookies. */
@Injectable()
class MessageGuard extends SessionGuard {
  protected override getRequest(context: ExecutionContext): AuthRequest {
    return { headers: { cookie: context.switchToWs().getData<string>() } } as AuthRequest;
  }
}

@WebSocketGateway({ path: PATH })
@UseFilters(AuthGatewayFilter)
class MessagesGateway {
  constructor(private readonly users: SsoUserService) {}

  handleConnection(client: { request?: unknown }, request: unknown): void {
    client.request ??= request;
  }

  @SubscribeMessage('sometimes')
  @UseGuards(SometimesGuard)
  sometimes(@CurrentUser() user: SsoUser | null): Message {
    return { event: 'sometimes', data: user?.username ?? 'nobody' };
  }

  @SubscribeMessage('elsewhere')
  @UseGuards(MessageGuard)
  async elsewhere(@CurrentUser() user: SsoUser, @SsoCaller() caller: SsoCaller): Promise<Message> {
    const { username } = await this.users.getCurrentUser(caller);
    return { event: 'elsewhere', data: [user.username, username] };
  }

  @SubscribeMessage('elsewhere, for super-users')
  @UseGuards(MessageGuard, SuperUserGuard)
  admin(@CurrentUser() user: SsoUser): Message {
    return { event: 'admin', data: user.username };
  }

  @SubscribeMessage('acknowledged')
  @SignedIn()
  acknowledged(@MessageBody() text: string): string {
    return text;
  }
}

describe.each(transports)('a message over $name', (transport) => {
  const host = hosted({
    providers: [MessagesGateway],
    configure: (app) => app.useWebSocketAdapter(transport.adapter(app)),
  });
  const wires: Wire[] = [];
  afterEach(() => {
    for (const wire of wires.splice(0)) wire.close();
  });

  async function connect(visitor: Visitor, headers: Record<string, string> = {}): Promise<Wire> {
    const wire = await transport.connect(host.url, { cookie: visitor.cookies.header(), ...headers });
    wires.push(wire);
    return wire;
  }

  it('that no guard looks at knows nobody, though one before it was of somebody', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person));
    expect(await wire.ask('sometimes')).toEqual({ event: 'sometimes', data: person.username });
    expect(await wire.ask('sometimes', 'unguarded')).toEqual({ event: 'sometimes', data: 'nobody' });
    await host.service.revokeAllSessions(person.id, host.people.caller);
    expect(await wire.ask('sometimes', 'unguarded')).toEqual({ event: 'sometimes', data: 'nobody' });
  });

  it('that comes at the same time as another is told from it', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person));
    const answers = await Promise.all(
      ['guarded', 'unguarded', 'guarded', 'unguarded'].map((text) => wire.ask('sometimes', text)),
    );
    const names = answers.map(({ data }) => data);
    expect(names.toSorted()).toEqual(['nobody', 'nobody', person.username, person.username].toSorted());
  });

  it('is of whom the guard finds elsewhere, for the decorators and for guards behind it too', async () => {
    const [person, boss] = [await host.people.person(), await host.people.superUser()];
    const wire = await connect(await host.people.signIn(await host.people.person()));
    const cookieOf = async (one: typeof person): Promise<string> =>
      (await host.people.signIn(one)).cookies.header();
    const { username } = person;
    expect(await wire.ask('elsewhere', await cookieOf(person))).toEqual({
      event: 'elsewhere',
      data: [username, username],
    });
    expect(await wire.ask('elsewhere', '')).toMatchObject({ data: { code: 'not_authenticated' } });
    const admin = 'elsewhere, for super-users';
    expect(await wire.ask(admin, await cookieOf(person))).toMatchObject({
      data: { code: 'super_user_required' },
    });
    expect(await wire.ask(admin, await cookieOf(boss))).toEqual({ event: 'admin', data: boss.username });
  });
});

describe('a message over socket.io that asks for an acknowledgement', () => {
  const transport = transports[1];
  const host = hosted({
    providers: [MessagesGateway],
    configure: (app) => transport && app.useWebSocketAdapter(transport.adapter(app)),
  });

  it('gets one when it is refused, beside the event', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const wire = await transport?.connect(host.url, { cookie: visitor.cookies.header() });
    expect(await wire?.askForAcknowledgement('acknowledged', 'hello')).toBe('hello');
    await host.service.revokeAllSessions(person.id, host.people.caller);
    const event = wire?.next();
    const refused = { statusCode: 401, code: 'not_authenticated', message: expect.any(String) };
    expect(await wire?.askForAcknowledgement('acknowledged', 'hello')).toEqual(refused);
    expect(await event).toEqual({ event: 'exception', data: refused });
    wire?.close();
  });
});
