import { UseFilters, UseGuards } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AllowPasswordChangeRequired,
  AuthGatewayFilter,
  CsrfGuard,
  CurrentSession,
  CurrentUser,
  SessionGuard,
  SignedIn,
  SsoCaller,
  SsoUserService,
  SuperUserOnly,
  type AuthenticatedSession,
  type SsoUser,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';
import { PATH, transports, type Message, type Wire } from './wire.js';

interface Change {
  oldPassword: string;
  newPassword: string;
}

@WebSocketGateway({ path: PATH })
@UseFilters(AuthGatewayFilter)
class PeopleGateway {
  constructor(private readonly users: SsoUserService) {}

  // The `ws` package keeps no request; socket.io does.
  handleConnection(client: { request?: unknown }, request: unknown): void {
    client.request ??= request;
  }

  @SubscribeMessage('me')
  @UseGuards(SessionGuard)
  me(@CurrentUser() user: SsoUser): Message {
    return { event: 'me', data: user.username };
  }

  @SubscribeMessage('session')
  @SignedIn()
  session(@CurrentSession() session: AuthenticatedSession): Message {
    return { event: 'session', data: session.id };
  }

  @SubscribeMessage('changing')
  @SignedIn()
  @AllowPasswordChangeRequired()
  changing(@CurrentUser() user: SsoUser): Message {
    return { event: 'changing', data: user.username };
  }

  @SubscribeMessage('open')
  @SignedIn()
  @AllowAnonymous()
  open(@CurrentUser() user: SsoUser | null): Message {
    return { event: 'open', data: user === null ? 'a stranger' : user.username };
  }

  @SubscribeMessage('admin')
  @SuperUserOnly()
  admin(@CurrentUser() user: SsoUser): Message {
    return { event: 'admin', data: user.username };
  }

  @SubscribeMessage('email')
  async email(@MessageBody() id: string, @SsoCaller() caller: SsoCaller): Promise<Message> {
    return { event: 'email', data: (await this.users.getUserById(id, caller)).email };
  }

  @SubscribeMessage('change-password')
  @UseGuards(CsrfGuard)
  async change(@MessageBody() change: Change, @SsoCaller() caller: SsoCaller): Promise<Message> {
    const { user } = await this.users.changePassword(change, caller);
    return { event: 'changed', data: user.username };
  }
}

@WebSocketGateway({ path: '/bare' })
class BareGateway {
  @SubscribeMessage('me')
  @SignedIn()
  me(@CurrentUser() user: SsoUser): Message {
    return { event: 'me', data: user.username };
  }
}

const refused = (statusCode: number, code: string) => ({
  event: 'exception',
  data: expect.objectContaining({ statusCode, code, message: expect.stringMatching(/\w/) }),
});

describe.each(transports)('in a gateway over $name', (transport) => {
  const host = hosted({
    providers: [PeopleGateway],
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

  it('the guards let in whoever is signed in, and the decorators give the user and the session', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person));
    const [row] = await host.rows.sessionsOf(person.id);
    for (const event of ['me', 'changing', 'open']) {
      expect(await wire.ask(event)).toEqual({ event, data: person.username });
    }
    expect(await wire.ask('session')).toEqual({ event: 'session', data: row?.id });
  });

  it('a stranger is told why, as often as he asks, and gets what is open', async () => {
    const wire = await connect(host.visitor());
    for (const event of ['me', 'session', 'me', 'changing', 'admin', 'session']) {
      expect(await wire.ask(event, { password: PASSWORD })).toEqual(refused(401, 'not_authenticated'));
    }
    expect(await wire.ask('open')).toEqual({ event: 'open', data: 'a stranger' });
  });

  it('only super-users get what is theirs', async () => {
    const wire = await connect(await host.people.signIn(await host.people.person()));
    expect(await wire.ask('admin')).toEqual(refused(403, 'super_user_required'));
    const boss = await host.people.superUser();
    const other = await connect(await host.people.signIn(boss));
    expect(await other.ask('admin')).toEqual({ event: 'admin', data: boss.username });
  });

  it('each message of somebody who must change the password is judged for itself', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person));
    expect(await wire.ask('me')).toEqual({ event: 'me', data: person.username });
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    expect(await wire.ask('me')).toEqual(refused(403, 'password_change_required'));
    const answers = await Promise.all(
      ['open', 'changing', 'session', 'open'].map((event) => wire.ask(event)),
    );
    expect(answers).toEqual(
      expect.arrayContaining([
        { event: 'open', data: 'a stranger' },
        { event: 'changing', data: person.username },
        refused(403, 'password_change_required'),
      ]),
    );
    expect(answers).not.toContainEqual({ event: 'open', data: person.username });
  });

  it('the next message of a session that has ended is refused, on the socket that is still open', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person));
    expect(await wire.ask('me')).toEqual({ event: 'me', data: person.username });
    await host.service.revokeAllSessions(person.id, host.people.caller);
    expect(await wire.ask('me')).toEqual(refused(401, 'not_authenticated'));
    expect(await wire.ask('open')).toEqual({ event: 'open', data: 'a stranger' });
  });

  it('the service decides for the caller of the socket', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person));
    expect(await wire.ask('email', person.id)).toEqual(refused(403, 'super_user_required'));
    const stranger = await connect(host.visitor());
    expect(await stranger.ask('email', person.id)).toEqual(refused(401, 'not_authenticated'));
    const admin = await connect(await host.people.signIn(await host.people.superUser()));
    expect(await admin.ask('email', person.id)).toEqual({ event: 'email', data: person.email });
    expect(await admin.ask('email', 'nobody')).toEqual(refused(404, 'user_not_found'));
  });

  it('the service changes the password, and the socket is signed out', async () => {
    const person = await host.people.person();
    const wire = await connect(await host.people.signIn(person), { 'user-agent': 'Lynx' });
    const change = (oldPassword: string) => ({ oldPassword, newPassword: OTHER_PASSWORD });
    expect(await wire.ask('change-password', change('not this one'))).toEqual(
      refused(422, 'incorrect_password'),
    );
    expect(await wire.ask('change-password', change(PASSWORD))).toEqual({
      event: 'changed',
      data: person.username,
    });
    expect(await wire.ask('me')).toEqual(refused(401, 'not_authenticated'));
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
    const where = { target: person.id, action: 'password.change', outcome: 'success' };
    expect(await host.rows.one('sso_audit_event', where)).toMatchObject({
      actor: person.id,
      user_agent: 'Lynx',
    });
  });

  it('CsrfGuard refuses what comes through a handshake from another site', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const change = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    const others: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: host.url, 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of others) {
      const wire = await connect(visitor, headers);
      expect(await wire.ask('change-password', change)).toEqual(refused(403, 'csrf_failed'));
    }
    const own = await connect(visitor, { origin: host.url });
    expect(await own.ask('change-password', change)).toMatchObject({ event: 'changed' });
  });
});

describe('in a gateway over ws that keeps no request', () => {
  const [ws] = transports;
  const host = hosted({
    providers: [BareGateway],
    configure: (app) => ws && app.useWebSocketAdapter(ws.adapter(app)),
  });

  it('the guards let nobody in, and say what to do', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const wire = await ws?.connect(host.url, { cookie: visitor.cookies.header() }, '/bare');
    // What the client hears of it is Nest's, and differs between its versions.
    void wire?.ask('me');
    await expect.poll(() => host.log.of('error').join()).toMatch(/found no request.*handleConnection/);
    wire?.close();
    host.log.takeErrors();
  });
});
