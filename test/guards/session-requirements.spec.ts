import { Controller, type DynamicModule, Get, SetMetadata, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { SESSION_REQUIREMENTS, type SessionRequirement } from '../../src/account/session-requirement.js';
import { SessionRequirementException } from '../../src/account/account.exceptions.js';
import { PasswordChangeRequirement } from '../../src/features/change-password/password-change.requirement.js';
import { allowanceKey } from '../../src/http/session.marks.js';
import {
  AllowPasswordChangeRequired,
  AuthModule,
  type AuthenticatedSession,
  type AuthModuleOptions,
  SessionGuard,
  SignedIn,
} from '../../src/index.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, HTML } from '../support/visitor.js';

const CODE = 'account_inactive';

class ColourRequiredException extends SessionRequirementException<typeof CODE> {
  constructor() {
    super(CODE, 'Choose a colour first.');
  }
}

/** What a feature to come might want of people: to choose a colour first. */
class ColourRequirement implements SessionRequirement {
  readonly code = CODE;
  readonly path = 'colour';
  readonly title = 'login.title';
  readonly notice = 'notice.signed_out';
  readonly chosenBy = new Set<string>();

  isDue({ user }: AuthenticatedSession): boolean {
    return !user.isSuperUser && !this.chosenBy.has(user.id);
  }

  refusal(): ColourRequiredException {
    return new ColourRequiredException();
  }
}

@Controller()
class ColourController {
  @Get('colour')
  @UseGuards(SessionGuard)
  @SetMetadata(allowanceKey(CODE), true)
  choose(): object {
    return { colours: ['red', 'blue'] };
  }

  @Get('changing')
  @SignedIn()
  @AllowPasswordChangeRequired()
  changing(): object {
    return { changing: true };
  }
}

function withColours(options: AuthModuleOptions): DynamicModule {
  const module = AuthModule.forRoot(options);
  const list = {
    provide: SESSION_REQUIREMENTS,
    inject: [PasswordChangeRequirement, ColourRequirement],
    useFactory: (...all: SessionRequirement[]) => all,
  };
  return { ...module, providers: [...(module.providers ?? []), ColourRequirement, list] };
}

describe('a second requirement', () => {
  const host = hosted({ auth: withColours, controllers: [ColourController] });

  const choose = (id: string) => host.app.get(ColourRequirement, { strict: false }).chosenBy.add(id);

  it.each(clients)('lets its owner log in, and no further until it is met (%s)', async (client) => {
    const person = await host.people.person();
    const visitor = host.visitor(client);
    const login = await visitor.login({ username: person.username, password: PASSWORD, next: '/private' });
    expect(login.location).toBe('/colour?next=%2Fprivate');
    if (client === 'json') expect(login.json.password_change_required).toBe(false);

    expectRefused(await visitor.api('GET', '/private'), 403, CODE);
    expectRefused(await visitor.api('GET', '/sessions'), 403, CODE);
    expectRefused(await visitor.api('GET', '/changing'), 403, CODE);
    const navigation = await visitor.send('GET', '/private', { headers: { accept: HTML } });
    expect(navigation.status).toBe(303);
    expect(navigation.headers.location).toBe('/colour?next=%2Fprivate');
    expect((await visitor.get('/colour')).json).toEqual({ colours: ['red', 'blue'] });
    expect(await visitor.isSignedIn()).toBe(true);

    choose(person.id);
    expect((await visitor.get('/private')).json).toEqual({ username: person.username });
  });

  it('is asked for by the service too, also where the session was found before', async () => {
    const person = await host.people.person();
    const { session, token } = await host.service.login(
      { username: person.username, password: PASSWORD },
      {},
    );
    const refused = { code: CODE };
    await expect(host.service.listSessions({ token })).rejects.toMatchObject(refused);
    await expect(host.service.updateCurrentUser({ firstName: 'Zoe' }, { session })).rejects.toMatchObject(
      refused,
    );
    const change = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    await expect(host.service.changePassword(change, { token })).rejects.toMatchObject(refused);
    choose(person.id);
    expect(await host.service.listSessions({ token })).toHaveLength(1);
  });

  it.each(clients)('comes after the one that stands before it in the list (%s)', async (client) => {
    const person = await host.people.person({ mustChange: true });
    const visitor = host.visitor(client);
    const login = await visitor.login({ username: person.username, password: PASSWORD });
    expect(login.location).toBe('/change-password');
    expectRefused(await visitor.api('GET', '/colour'), 403, 'password_change_required');
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });

    const again = await host.people.signIn({ ...person, password: OTHER_PASSWORD }, client);
    expectRefused(await again.api('GET', '/private'), 403, CODE);
    expect((await again.get('/colour')).status).toBe(200);
  });

  it.each(clients)('lets its owner log out (%s)', async (client) => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    expectDone(await visitor.logout(), { to: '/login' });
    expect(await visitor.isSignedIn()).toBe(false);
  });
});
