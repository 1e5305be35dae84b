import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Args, GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { describe, expect, it } from 'vitest';
import { SsoCaller, SsoUserService, SuperUserOnly } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import type { Visitor } from '../support/visitor.js';

const ALIASES = 1000;

const nullable = { nullable: true };

@Resolver()
class AdminResolver {
  constructor(private readonly users: SsoUserService) {}

  @Query(() => String, nullable)
  @SuperUserOnly()
  admin(): string {
    return 'for super-users';
  }

  @Query(() => String, nullable)
  async email(@Args('id') id: string, @SsoCaller() caller: SsoCaller): Promise<string | null> {
    return (await this.users.getUserById(id, { ...caller, currentApp: 'shop' })).email;
  }
}

describe.each(databases)(
  'a GraphQL request on $name that asks a thousand times for what is refused',
  (database) => {
    const host = hosted({
      database,
      imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
      providers: [AdminResolver],
    });

    const refusals = (actor: string) => host.rows.count('sso_audit_event', { actor, action: 'access' });

    async function ask(visitor: Visitor, field: string): Promise<number> {
      const aliases = Array.from({ length: ALIASES }, (_, index) => `a${index}: ${field}`);
      const { body } = await visitor.api('POST', '/graphql', { query: `{ ${aliases.join(' ')} }` });
      return body.match(/"super_user_required"/g)?.length ?? 0;
    }

    it.each(['a guard', 'the service'])(
      'leaves one row in the audit for each request: refused by %s',
      async (by) => {
        const person = await host.people.person();
        const visitor = await host.people.signIn(person);
        const field = by === 'a guard' ? 'admin' : `email(id: "${person.id}")`;
        for (const rows of [1, 2]) {
          expect(await ask(visitor, field)).toBe(ALIASES);
          expect(await refusals(person.id)).toBe(rows);
        }
      },
    );
  },
);
