import { UseGuards } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Args,
  Field,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AllowPasswordChangeRequired,
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

const Text = () => String;
const nullable = { nullable: true };

@ObjectType()
class Account {
  @Field()
  name!: string;
}

/** Fields of a type, on which Nest runs no guards by default. */
@Resolver(() => Account)
class AccountResolver {
  @ResolveField(Text)
  reader(@CurrentUser() user: SsoUser | null): string {
    return user === null ? 'a stranger' : user.username;
  }
}

@Resolver()
class PeopleResolver {
  constructor(private readonly users: SsoUserService) {}

  @Query(Text, nullable)
  @UseGuards(SessionGuard)
  me(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Query(Text, nullable)
  @SignedIn()
  session(@CurrentSession() session: AuthenticatedSession): string {
    return session.id;
  }

  @Query(Text, nullable)
  @SignedIn()
  @AllowPasswordChangeRequired()
  changing(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Query(Text, nullable)
  @SignedIn()
  @AllowAnonymous()
  open(@CurrentUser() user: SsoUser | null): string {
    return user === null ? 'a stranger' : user.username;
  }

  @Query(() => [Account])
  @SignedIn()
  @AllowPasswordChangeRequired()
  own(@CurrentUser() user: SsoUser): Account[] {
    return [{ name: user.username }, { name: 'another' }];
  }

  @Query(() => Account)
  @SignedIn()
  @AllowAnonymous()
  shared(): Account {
    return { name: 'everybody' };
  }

  @Query(Text, nullable)
  @SuperUserOnly()
  admin(@CurrentUser() user: SsoUser): string {
    return user.username;
  }

  @Query(Text, nullable)
  async email(@Args('id') id: string, @SsoCaller() caller: SsoCaller): Promise<string | null> {
    return (await this.users.getUserById(id, caller)).email;
  }

  @Mutation(Text, nullable)
  @SignedIn()
  @UseGuards(CsrfGuard)
  async changePassword(
    @Args('oldPassword') oldPassword: string,
    @Args('newPassword') newPassword: string,
    @SsoCaller() caller: SsoCaller,
  ): Promise<string> {
    const { user } = await this.users.changePassword({ oldPassword, newPassword }, caller);
    return user.username;
  }
}

interface Reply {
  data: Record<string, unknown> | null;
  errors?: { path: string[]; extensions: { originalError?: { code: string } } }[];
}

/** What a query answers: the data, and by field the code of each refusal. */
async function ask(visitor: Visitor, query: string, headers = {}): Promise<object> {
  const { body } = await visitor.api('POST', '/graphql', { query }, headers);
  const { data, errors = [] } = JSON.parse(body) as Reply;
  const refusals = errors.map(({ path, extensions }) => [path.join('.'), extensions.originalError?.code]);
  return { ...data, ...Object.fromEntries(refusals) };
}

describe('in a GraphQL resolver', () => {
  const host = hosted({
    imports: [GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true })],
    providers: [PeopleResolver, AccountResolver],
  });

  it('the guards let in whoever is signed in, and the decorators give the user and the session', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const [row] = await host.rows.sessionsOf(person.id);
    const { username } = person;
    expect(await ask(visitor, '{ me session changing open }')).toEqual({
      me: username,
      session: row?.id,
      changing: username,
      open: username,
    });
  });

  it('a stranger gets the code of the refusal, and what is open', async () => {
    expect(await ask(host.visitor(), '{ me session changing open admin }')).toEqual({
      me: 'not_authenticated',
      session: 'not_authenticated',
      changing: 'not_authenticated',
      open: 'a stranger',
      admin: 'not_authenticated',
    });
  });

  it('only super-users get what is theirs', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    expect(await ask(visitor, '{ admin }')).toEqual({ admin: 'super_user_required' });
    const boss = await host.people.superUser();
    expect(await ask(await host.people.signIn(boss), '{ admin me }')).toEqual({
      admin: boss.username,
      me: boss.username,
    });
  });

  it.each(['{ open changing me }', '{ me changing open }', '{ changing me open }', '{ open me changing }'])(
    'each field of %s judges for itself somebody who must change the password',
    async (query) => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
      expect(await ask(visitor, query)).toEqual({
        open: 'a stranger',
        changing: person.username,
        me: 'password_change_required',
      });
    },
  );

  it('the fields of what a field answers know whom its guard has let in', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    const query = '{ shared { reader } own { name reader } other: shared { reader } }';
    expect(await ask(visitor, query)).toEqual({
      shared: { reader: 'a stranger' },
      own: [
        { name: person.username, reader: person.username },
        { name: 'another', reader: person.username },
      ],
      other: { reader: 'a stranger' },
    });
  });

  it('a session that has ended is refused in the next query', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    expect(await ask(visitor, '{ me }')).toEqual({ me: person.username });
    await host.service.revokeAllSessions(person.id, host.people.caller);
    expect(await ask(visitor, '{ me open }')).toEqual({ me: 'not_authenticated', open: 'a stranger' });
  });

  it('the service decides for the caller of the request', async () => {
    const person = await host.people.person();
    const query = `{ email(id: "${person.id}") }`;
    expect(await ask(host.visitor(), query)).toEqual({ email: 'not_authenticated' });
    expect(await ask(await host.people.signIn(person), query)).toEqual({ email: 'super_user_required' });
    const admin = await host.people.signIn(await host.people.superUser());
    expect(await ask(admin, query)).toEqual({ email: person.email });
  });

  it('the service changes the password, ends the sessions and records where it came from', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const change = (oldPassword: string) =>
      `mutation { changePassword(oldPassword: "${oldPassword}", newPassword: "${OTHER_PASSWORD}") }`;
    const headers = { 'user-agent': 'Lynx' };
    expect(await ask(visitor, change('not this one'), headers)).toEqual({
      changePassword: 'incorrect_password',
    });
    expect(await ask(visitor, change(PASSWORD), headers)).toEqual({ changePassword: person.username });
    expect(await ask(visitor, '{ me }')).toEqual({ me: 'not_authenticated' });
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
    const where = { target: person.id, action: 'password.change', outcome: 'success' };
    expect(await host.rows.one('sso_audit_event', where)).toMatchObject({
      actor: person.id,
      remote_address: '127.0.0.1',
      user_agent: 'Lynx',
    });
  });

  it('CsrfGuard refuses a mutation from another site', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const mutation = `mutation { changePassword(oldPassword: "${PASSWORD}", newPassword: "${OTHER_PASSWORD}") }`;
    expect(await ask(visitor, mutation, { origin: 'https://evil.example' })).toEqual({
      changePassword: 'csrf_failed',
    });
  });
});
