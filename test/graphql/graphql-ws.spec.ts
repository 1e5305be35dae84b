import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { UseGuards } from '@nestjs/common';
import { GraphQLModule, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { FormattedExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  CsrfGuard,
  CurrentUser,
  SignedIn,
  SsoCaller,
  SsoUserService,
  type SsoUser,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import type { Visitor } from '../support/visitor.js';

const Text = () => String;

@Resolver()
class ShopResolver {
  constructor(private readonly users: SsoUserService) {}

  @Query(Text)
  @SignedIn()
  me(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Query(Text, { nullable: true })
  async email(@SsoCaller() caller: SsoCaller): Promise<string | null> {
    const { id } = await this.users.getCurrentUser(caller);
    return (await this.users.getUserById(id, caller)).email;
  }

  @Mutation(Text)
  @SignedIn()
  @UseGuards(CsrfGuard)
  buy(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Subscription(Text)
  @SignedIn()
  async *news(@CurrentUser() user: SsoUser): AsyncGenerator<{ news: string }> {
    yield { news: user.username };
  }
}

interface Context {
  req?: IncomingMessage;
  extra?: { request: IncomingMessage };
}

/** The ways in which a host hands the request on. */
const contexts: [name: string, context: ((given: Context) => object) | undefined][] = [
  ['as Nest does by itself', undefined],
  ['as `req`', ({ req, extra }) => ({ req: req ?? extra?.request })],
  ['with all that graphql-ws gives', (given) => given],
];

describe.each(contexts)('over graphql-ws, the request handed on %s,', (_, context) => {
  const host = hosted({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        subscriptions: { 'graphql-ws': true },
        ...(context && { context }),
      }),
    ],
    providers: [ShopResolver],
  });
  const clients: Client[] = [];
  afterEach(async () => {
    host.app.set('trust proxy', false);
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
  });

  const connect = (visitor: Visitor, headers: Record<string, string> = {}): Client => {
    const client = connectTo(host.url, { cookie: visitor.cookies.header(), ...headers });
    clients.push(client);
    return client;
  };

  it('the guards let in whoever is signed in, to queries, mutations and subscriptions', async () => {
    const person = await host.people.person();
    const client = connect(await host.people.signIn(person));
    for (const [query, name] of Object.entries({ '{ me }': 'me', 'mutation { buy }': 'buy' })) {
      expect(await ask(client, query)).toEqual({ [name]: person.username });
    }
    expect(await ask(client, 'subscription { news }')).toEqual({ news: person.username });
    const stranger = connect(host.visitor());
    for (const query of ['{ me }', 'mutation { buy }', 'subscription { news }']) {
      expect(await ask(stranger, query)).toBe('not_authenticated');
    }
  });

  it('the next operation of a session that has ended is refused, on the socket that is still open', async () => {
    const person = await host.people.person();
    const client = connect(await host.people.signIn(person));
    expect(await ask(client, '{ me }')).toEqual({ me: person.username });
    await host.service.revokeAllSessions(person.id, host.people.caller);
    expect(await ask(client, '{ me }')).toBe('not_authenticated');
  });

  it.each([
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example', origin: 'https://shop.example' },
      true,
    ],
  ])('CsrfGuard judges a mutation by the handshake: %j, allowed %s', async (headers, allowed) => {
    host.app.set('trust proxy', true);
    const person = await host.people.person();
    const client = connect(await host.people.signIn(person), headers);
    expect(await ask(client, 'mutation { buy }')).toEqual(allowed ? { buy: person.username } : 'csrf_failed');
  });

  it('refusals are in the language of the handshake', async () => {
    const client = connect(host.visitor(), { 'accept-language': 'de' });
    expect(await messageOf(client, '{ me }')).toBe('Bitte melden Sie sich zuerst an.');
  });

  it('each operation that is refused is recorded, each once', async () => {
    const person = await host.people.person();
    const client = connect(await host.people.signIn(person));
    const query = `{ ${Array.from({ length: 50 }, (__, index) => `a${index}: email`).join(' ')} }`;
    for (const rows of [1, 2]) {
      expect(await ask(client, query)).toBe('super_user_required');
      expect(await host.rows.count('sso_audit_event', { target: person.id, action: 'access' })).toBe(rows);
    }
  });
});

/** What a host can give to graphql-ws itself; Nest's types leave the context out. */
const withoutRequest = { path: '/graphql', context: () => ({}) };

describe('over graphql-ws, without a context that has the request,', () => {
  const host = hosted({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        subscriptions: { 'graphql-ws': withoutRequest },
      }),
    ],
    providers: [ShopResolver],
  });

  it('the guards let nobody in, and say what to set', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const client = connectTo(host.url, { cookie: visitor.cookies.header() });
    expect(await messageOf(client, '{ me }')).toMatch(/found no request.*extra\.request/);
    await client.dispose();
    host.log.takeErrors();
  });
});

function connectTo(url: string, headers: Record<string, string>): Client {
  class Socket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers });
    }
  }
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
  });
}

/** The first answer to an operation. */
async function answerTo(client: Client, query: string): Promise<FormattedExecutionResult<object, unknown>> {
  for await (const answer of client.iterate({ query })) return answer;
  throw new Error(`Nothing answers ${query}.`);
}

/** What an operation answers: the data, or the code of the first refusal. */
async function ask(client: Client, query: string): Promise<unknown> {
  const { data, errors } = await answerTo(client, query);
  const refusal = errors?.[0]?.extensions?.['originalError'] as { code: string } | undefined;
  return refusal?.code ?? data;
}

async function messageOf(client: Client, query: string): Promise<string | undefined> {
  const { errors } = await answerTo(client, query);
  return errors?.[0]?.message;
}
