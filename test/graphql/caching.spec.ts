import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { UseGuards } from '@nestjs/common';
import { GraphQLModule, Info, Query, Resolver } from '@nestjs/graphql';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  CurrentUser,
  SessionGuard,
  SignedIn,
  SsoCaller,
  SsoUserService,
  type SsoUser,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import type { Visitor } from '../support/visitor.js';

/** What Apollo's cache control has in the information about a field. */
interface Hints {
  cacheControl: { setCacheHint(hint: { maxAge: number; scope: 'PUBLIC' }): void };
}

const forEverybody = { maxAge: 300, scope: 'PUBLIC' } as const;

const Text = () => String;

@Resolver()
class CachedResolver {
  constructor(private readonly users: SsoUserService) {}

  @Query(Text)
  news(@Info() { cacheControl }: Hints): string {
    cacheControl.setCacheHint(forEverybody);
    return 'news';
  }

  @Query(Text)
  @SignedIn()
  @AllowAnonymous()
  greeting(@CurrentUser() user: SsoUser | null, @Info() { cacheControl }: Hints): string {
    cacheControl.setCacheHint(forEverybody);
    return user?.username ?? 'a stranger';
  }

  @Query(Text)
  @UseGuards(SessionGuard)
  me(@CurrentUser() user: SsoUser, @Info() { cacheControl }: Hints): string {
    cacheControl.setCacheHint(forEverybody);
    return user.username;
  }

  @Query(Text)
  async asked(@SsoCaller() caller: SsoCaller, @Info() { cacheControl }: Hints): Promise<string> {
    cacheControl.setCacheHint(forEverybody);
    return (await this.users.getCurrentUser(caller)).username;
  }
}

describe('a GraphQL answer to GET, which the host lets caches keep,', () => {
  const host = hosted({
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        csrfPrevention: false,
        plugins: [ApolloServerPluginCacheControl()],
      }),
    ],
    providers: [CachedResolver],
  });

  const ask = (visitor: Visitor, query: string) => visitor.get(`/graphql?query=${encodeURIComponent(query)}`);

  it('is kept where it is the same for everybody', async () => {
    const { headers } = await ask(host.visitor(), '{ news }');
    expect(headers['cache-control']).toBe('max-age=300, public');
  });

  it.each(['{ me }', '{ greeting }', '{ asked }', '{ news me }', '{ me news }', '{ news greeting }'])(
    'is kept by no cache where it depends on the person: %s',
    async (query) => {
      const person = await host.people.person();
      const { headers, body } = await ask(await host.people.signIn(person), query);
      expect(body).toContain(person.username);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.vary?.split(/, */).map((name) => name.toLowerCase())).toContain('cookie');
    },
  );

  it('is kept by no cache where it greets a stranger', async () => {
    const { headers, body } = await ask(host.visitor(), '{ greeting }');
    expect(body).toContain('a stranger');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: expect.stringMatching(/cookie/i) });
  });
});
