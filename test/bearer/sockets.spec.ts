import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { UseFilters, UseGuards } from '@nestjs/common';
import { Args, GraphQLModule, Mutation, Query, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  AuthGatewayFilter,
  CsrfGuard,
  CurrentUser,
  SignedIn,
  SsoCaller,
  SsoUserService,
  type SsoUser,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { AS_PROGRAM, Program } from '../support/program.js';
import { handshakes, PATH, type Message, type Wire } from '../websocket/wire.js';

const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
const Text = () => String;
const nullable = { nullable: true };

@WebSocketGateway({ path: PATH })
@UseFilters(AuthGatewayFilter)
class ShopGateway {
  handleConnection(client: { request?: unknown }, request: unknown): void {
    client.request ??= request;
  }

  @SubscribeMessage('buy')
  @SignedIn()
  @UseGuards(CsrfGuard)
  buy(@CurrentUser() user: SsoUser): Message {
    return { event: 'bought', data: user.username };
  }
}

const options = { session: { bearer: true }, changePassword: { keepCurrentSession: true } };

describe.each(handshakes)('a handshake with a token over $name', (transport) => {
  const host = hosted({
    options,
    providers: [ShopGateway],
    configure: (app) => app.useWebSocketAdapter(transport.adapter(app)),
  });
  const wires: Wire[] = [];
  afterEach(() => {
    for (const wire of wires.splice(0)) wire.close();
  });

  async function connect(headers: Record<string, string>): Promise<Wire> {
    const wire = await transport.connect(host.url, headers);
    wires.push(wire);
    return wire;
  }

  it('is of the program, wherever its web view comes from, until the session has ended', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    await program.login(person);
    const wire = await connect({ authorization: `Bearer ${program.token}`, ...FOREIGN });
    expect(await wire.ask('buy')).toEqual({ event: 'bought', data: person.username });
    await program.call('POST', '/logout', {});
    expect(await wire.ask('buy')).toMatchObject({ event: 'exception', data: { code: 'not_authenticated' } });
  });

  it('is of nobody where the token is no good, though there is a cookie', async () => {
    const browser = await host.people.signIn(await host.people.person());
    const wire = await connect({ authorization: 'Bearer b_', cookie: browser.cookies.header() });
    expect(await wire.ask('buy')).toMatchObject({ event: 'exception', data: { code: 'not_authenticated' } });
  });
});

@Resolver()
class PeopleResolver {
  constructor(private readonly users: SsoUserService) {}

  @Query(Text, nullable)
  @SignedIn()
  me(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Mutation(Text, nullable)
  async login(@Args('username') username: string, @SsoCaller() caller: SsoCaller): Promise<string> {
    return (await this.users.login({ username, password: PASSWORD }, caller)).token;
  }

  @Mutation(Text, nullable)
  @SignedIn()
  @UseGuards(CsrfGuard)
  async change(@SsoCaller() caller: SsoCaller): Promise<string | undefined> {
    const input = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    return (await this.users.changePassword(input, caller)).token;
  }
}

describe('in GraphQL, a program', () => {
  const host = hosted({
    options,
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        subscriptions: { 'graphql-ws': true },
      }),
    ],
    providers: [PeopleResolver],
  });

  async function ask(program: Program, query: string, headers = {}): Promise<Record<string, string | null>> {
    const answer = await program.call('POST', '/graphql', { query }, headers);
    return (JSON.parse(answer.body) as { data: Record<string, string | null> }).data;
  }

  it('logs in by a mutation of the host’s, and gets a new token where the session goes on', async () => {
    const person = await host.people.person();
    const program = new Program(host.url, FOREIGN);
    const { login } = await ask(program, `mutation { login(username: "${person.username}") }`, AS_PROGRAM);
    expect(login).toMatch(/^b_/);
    program.token = String(login);
    expect(await ask(program, '{ me }')).toEqual({ me: person.username });
    const { change } = await ask(program, 'mutation { change }');
    expect(change).toMatch(/^b_/);
    expect(await ask(program, '{ me }')).toEqual({ me: null });
    program.token = String(change);
    expect(await ask(program, '{ me }')).toEqual({ me: person.username });
  });

  it('has answers that no cache gives to another', async () => {
    const program = new Program(host.url);
    await program.login(await host.people.person());
    const { headers } = await program.call('POST', '/graphql', { query: '{ me }' });
    expect(headers['cache-control']).toBe('no-store');
    expect(String(headers.vary)).toMatch(/\bAuthorization\b/);
  });

  it('is known over graphql-ws by its handshake', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    await program.login(person);
    const authorization = `Bearer ${program.token}`;
    const client = createClient({
      url: `${host.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, { headers: { authorization, ...FOREIGN } });
        }
      },
    });
    try {
      for await (const { data } of client.iterate({ query: '{ me }' })) {
        expect(data).toEqual({ me: person.username });
      }
    } finally {
      await client.dispose();
    }
  });
});
