import { ApolloFederationDriver, ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable, Module, type Type, UseGuards } from '@nestjs/common';
import {
  Directive,
  Field,
  GraphQLModule,
  ID,
  ObjectType,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
} from '@nestjs/graphql';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  CsrfGuard,
  CurrentUser,
  SessionGuard,
  SignedIn,
  type SsoUser,
  SuperUserOnly,
} from '../../src/index.js';
import { boot, bootError } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import type { Visitor } from '../support/visitor.js';

const Text = () => String;
const nullable = { nullable: true };

@ObjectType()
@Directive('@key(fields: "id")')
class Account {
  @Field(() => ID)
  id!: string;
}

@Resolver()
class AccountQueries {
  @Query(() => Account)
  account(): Account {
    return { id: '1' };
  }
}

@Resolver(() => Account)
class AccountFields {
  @ResolveField(Text, nullable)
  @SignedIn()
  reader(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @ResolveField(Text, nullable)
  @SignedIn()
  @AllowAnonymous()
  greeting(@CurrentUser() user: SsoUser | null): string {
    return user?.username ?? 'a stranger';
  }

  @ResolveField(Text, nullable)
  @SuperUserOnly()
  secret(): string {
    return 'for super-users';
  }
}

@Injectable()
class OwnGuard extends SessionGuard {}

@Resolver(() => Account)
class WithOwnGuard {
  @ResolveField(Text)
  @UseGuards(OwnGuard)
  own(): string {
    return 'own';
  }
}

@Resolver(() => Account)
class WithCsrfGuard {
  @ResolveField(Text)
  @UseGuards(CsrfGuard)
  checked(): string {
    return 'checked';
  }
}

@Resolver(() => Account)
@SignedIn()
class WithGuardOnClass {
  @ResolveField(Text)
  inherited(): string {
    return 'inherited';
  }
}

@Resolver(() => Account)
class Reference {
  @ResolveReference()
  @SignedIn()
  find(reference: Account): Account {
    return { id: reference.id };
  }
}

@Resolver(() => Account)
class WithoutGuards {
  @ResolveField(Text)
  open(): string {
    return 'open';
  }
}

const graphql = (options: Partial<ApolloDriverConfig> = {}) =>
  GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, ...options });

const federated = (options: Partial<ApolloDriverConfig> = {}) =>
  graphql({ driver: ApolloFederationDriver, autoSchemaFile: { federation: 2 }, ...options });

/** What a query answers: the data, and by field the code of each refusal. */
async function ask(visitor: Visitor, query: string): Promise<unknown> {
  const { body } = await visitor.api('POST', '/graphql', { query });
  const { data, errors = [] } = JSON.parse(body) as {
    data: unknown;
    errors?: { path: string[]; extensions: { originalError?: { code: string } } }[];
  };
  return { data, codes: errors.map(({ extensions }) => extensions.originalError?.code) };
}

describe('a guard on a field of a type', () => {
  it.each<[string, Type]>([
    ['AccountFields.reader()', AccountFields],
    ['WithOwnGuard.own()', WithOwnGuard],
    ['WithCsrfGuard.checked()', WithCsrfGuard],
    ['WithGuardOnClass.inherited()', WithGuardOnClass],
  ])('stops the start where Nest would not run it: %s', async (name, resolver) => {
    const { message } = await bootError({ imports: [graphql()], providers: [AccountQueries, resolver] });
    expect(message).toContain(name);
    expect(message).toContain("fieldResolverEnhancers: ['guards']");
  });

  it('stops the start though Nest runs interceptors there', async () => {
    const imports = [graphql({ fieldResolverEnhancers: ['interceptors', 'filters'] })];
    const { message } = await bootError({ imports, providers: [AccountQueries, AccountFields] });
    expect(message).toContain('AccountFields.reader()');
  });

  it('stops no start where there is none, or where no GraphQL module takes the resolver', async () => {
    @Module({})
    class Elsewhere {}
    const options = { include: [Elsewhere], autoSchemaFile: false, typeDefs: 'type Query { a: String }' };
    const hosts = [
      { imports: [graphql()], providers: [AccountQueries, WithoutGuards] },
      { imports: [graphql(options)], providers: [AccountFields] },
      { providers: [AccountFields] },
    ];
    for (const given of hosts) {
      const application = await boot(given);
      expect((await application.visitor().get('/public')).status).toBe(200);
      await application.close();
    }
  });
});

describe('a guard on a field of a type, where the host has Nest run it,', () => {
  const host = hosted({
    imports: [graphql({ fieldResolverEnhancers: ['guards'] })],
    providers: [AccountQueries, AccountFields],
  });

  it('judges each field for itself', async () => {
    const query = '{ account { id reader greeting secret } }';
    expect(await ask(host.visitor(), query)).toEqual({
      data: { account: { id: '1', reader: null, greeting: 'a stranger', secret: null } },
      codes: ['not_authenticated', 'not_authenticated'],
    });
    const person = await host.people.person();
    expect(await ask(await host.people.signIn(person), query)).toEqual({
      data: { account: { id: '1', reader: person.username, greeting: person.username, secret: null } },
      codes: ['super_user_required'],
    });
  });
});

describe('a guard on a reference (Apollo Federation)', () => {
  const query =
    '{ _entities(representations: [{ __typename: "Account", id: "7" }]) { ... on Account { id } } }';

  it('stops the start where Nest would not run it', async () => {
    const { message } = await bootError({ imports: [federated()], providers: [AccountQueries, Reference] });
    expect(message).toContain('Reference.find()');
  });

  describe('where the host has Nest run it', () => {
    const host = hosted({
      imports: [federated({ fieldResolverEnhancers: ['guards'] })],
      providers: [AccountQueries, Reference, AccountFields],
    });

    it('lets in whoever is signed in', async () => {
      expect(await ask(host.visitor(), query)).toMatchObject({ codes: ['not_authenticated'] });
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      expect(await ask(visitor, query)).toEqual({ data: { _entities: [{ id: '7' }] }, codes: [] });
      expect(await ask(visitor, query.replace('{ id }', '{ reader }'))).toEqual({
        data: { _entities: [{ reader: person.username }] },
        codes: [],
      });
    });
  });
});
