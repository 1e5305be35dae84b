import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Get, HttpCode, Injectable, Post, UseFilters, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AuthGatewayFilter,
  CurrentUser,
  PermissionGuard,
  Permissions,
  Requires,
  SessionGuard,
  type SsoUser,
} from '../../src/index.js';
import { bootError } from '../support/application.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import type { Person } from '../support/people.js';
import { HTML } from '../support/visitor.js';
import { PATH, transports, type Message } from '../websocket/wire.js';

const granted = new Map<string, readonly string[]>();

/** As a table of the host's would say. */
@Injectable()
class ShopPermissions extends Permissions {
  async of({ id }: SsoUser): Promise<readonly string[]> {
    return granted.get(id) ?? [];
  }
}

const grant = ({ id }: Person, ...permissions: string[]): void => void granted.set(id, permissions);

@Controller('orders')
@Requires('orders.read')
class OrdersController {
  @Get()
  list(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Post()
  @HttpCode(200)
  @Requires('orders.write', 'stock.write')
  create(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }

  @Get('open')
  @AllowAnonymous()
  open(): object {
    return { open: true };
  }
}

@Controller('bare')
class BareController {
  @Get()
  @UseGuards(SessionGuard, PermissionGuard)
  unmarked(): object {
    return { done: true };
  }
}

const providers = [{ provide: Permissions, useClass: ShopPermissions }];

describe.each(databases)('@Requires() on $name', (database) => {
  const host = hosted({ database, controllers: [OrdersController, BareController], providers });

  it('lets in who has every permission, from the next request on', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expectRefused(await visitor.get('/orders'), 403, 'permission_denied');
    grant(person, 'orders.read');
    const read = await visitor.get('/orders');
    expect([read.json.username, read.headers['cache-control']]).toEqual([person.username, 'no-store']);
    for (const held of [['orders.read', 'orders.write'], ['orders.write', 'stock.write'], ['orders.READ']]) {
      grant(person, ...held);
      expectRefused(await visitor.api('POST', '/orders', {}), 403, 'permission_denied');
    }
    grant(person, 'stock.write', 'orders.write', 'orders.read');
    expect((await visitor.api('POST', '/orders', {})).json.username).toBe(person.username);
    grant(person);
    expectRefused(await visitor.get('/orders'), 403, 'permission_denied');
  });

  it('refuses strangers as @SignedIn() does, and those who must change the password', async () => {
    expectRefused(await host.visitor().get('/orders'), 401, 'not_authenticated');
    const { headers } = await host.visitor().page('/orders');
    expect(headers.location).toBe('/login?next=%2Forders');
    const person = await host.people.person();
    grant(person, 'orders.read');
    const visitor = await host.people.signIn(person);
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    expectRefused(await visitor.get('/orders'), 403, 'password_change_required');
  });

  it('shows a page to a person who may not see one, in their language', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const headers = { accept: HTML, 'accept-language': 'de' };
    const { status, body } = await visitor.send('GET', '/orders', { headers });
    expect([status, body]).toEqual([403, expect.stringContaining('Dafür fehlt Ihnen die Berechtigung.')]);
  });

  it('gives super-users no more than the application does', async () => {
    const visitor = await host.people.signIn(await host.people.superUser());
    expectRefused(await visitor.get('/orders'), 403, 'permission_denied');
  });

  it('records who tried', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await visitor.get('/orders');
    const rows = await host.rows.all('sso_audit_event', { actor: person.id, action: 'access' });
    expect(rows.map(({ outcome, code }) => [outcome, code])).toEqual([['failure', 'permission_denied']]);
  });

  it('asks nothing of a handler that has none, and is not opened by a handler that is open to strangers', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    expect((await visitor.get('/bare')).json).toEqual({ done: true });
    expectRefused(await host.visitor().get('/orders/open'), 401, 'not_authenticated');
  });
});

describe('@Requires() beside a global guard', () => {
  const host = hosted({
    controllers: [OrdersController],
    providers: [
      ...providers,
      ...[SessionGuard, PermissionGuard].map((useClass) => ({ provide: APP_GUARD, useClass })),
    ],
  });

  it('leaves our own routes to those who come to log in', async () => {
    expect((await host.visitor().page('/login')).status).toBe(200);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expectRefused(await visitor.get('/orders'), 403, 'permission_denied');
    grant(person, 'orders.read');
    expect((await visitor.get('/orders')).status).toBe(200);
  });
});

@WebSocketGateway({ path: PATH })
@UseFilters(AuthGatewayFilter)
class OrdersGateway {
  handleConnection(client: { request?: unknown }, request: unknown): void {
    client.request ??= request;
  }

  @SubscribeMessage('orders')
  @Requires('orders.read')
  orders(@CurrentUser() user: SsoUser): Message {
    return { event: 'orders', data: user.username };
  }
}

describe.each(transports)('@Requires() in a gateway over $name', (transport) => {
  const host = hosted({
    providers: [...providers, OrdersGateway],
    configure: (app) => app.useWebSocketAdapter(transport.adapter(app)),
  });

  it('judges each message', async () => {
    const person = await host.people.person();
    const cookie = (await host.people.signIn(person)).cookies.header();
    const wire = await transport.connect(host.url, { cookie });
    expect(await wire.ask('orders')).toMatchObject({
      event: 'exception',
      data: { code: 'permission_denied' },
    });
    grant(person, 'orders.read');
    expect(await wire.ask('orders')).toEqual({ event: 'orders', data: person.username });
    wire.close();
  });
});

@ObjectType()
class Order {
  @Field()
  id!: string;
}

@Resolver(() => Order)
class OrderResolver {
  @Query(() => String, { nullable: true })
  @Requires('orders.read')
  orders(@CurrentUser() user: SsoUser): string {
    return user.username;
  }
}

@Resolver(() => Order)
class PriceResolver {
  @Query(() => Order)
  order(): Order {
    return { id: '1' };
  }

  @ResolveField(() => String)
  @Requires('prices.read')
  price(): string {
    return '1.00';
  }
}

const graphql = (): ReturnType<typeof GraphQLModule.forRoot> =>
  GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true });

describe('@Requires() in a GraphQL resolver', () => {
  const host = hosted({ imports: [graphql()], providers: [...providers, OrderResolver] });

  it('judges each query', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const ask = async (): Promise<string> =>
      (await visitor.api('POST', '/graphql', { query: '{ orders }' })).body;
    expect(await ask()).toContain('permission_denied');
    grant(person, 'orders.read');
    expect(await ask()).toContain(person.username);
  });
});

describe('@Requires() where it could not work', () => {
  it('stops the start without permissions of the application', async () => {
    const { message } = await bootError({ controllers: [OrdersController] });
    expect(message).toContain('OrdersController has @Requires(), but no module provides Permissions.');
    expect(message).toContain('{ provide: Permissions, useClass: YourPermissions }');
  });

  it('stops the start on a field that Nest runs no guards on', async () => {
    const { message } = await bootError({ imports: [graphql()], providers: [...providers, PriceResolver] });
    expect(message).toContain(
      'PriceResolver.price() has a guard of nestjs-session-auth, which Nest does not run there',
    );
  });
});
