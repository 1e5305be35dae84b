import { Controller, Get } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { authEntitiesFor, authMigrations, CurrentUser, SignedIn, SsoUserService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { Member } from './member.js';

class AddNickname1863700000000 implements MigrationInterface {
  name = 'AddNickname1863700000000';

  async up(runner: QueryRunner): Promise<void> {
    const column = new TableColumn({ name: 'nickname', type: 'varchar', length: '50', isNullable: true });
    await runner.addColumn('sso_user', column);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('sso_user', 'nickname');
  }
}

@Controller('member')
class MemberController {
  constructor(private readonly users: SsoUserService<Member>) {}

  @Get()
  @SignedIn()
  async member(@CurrentUser() member: Member): Promise<object> {
    const { nickname } = await this.users.getUserById(member.id, SsoUserService.system('tests'));
    return { nickname: member.nickname, read: nickname, isMember: member instanceof Member };
  }
}

describe.each(databases)("the host's own user entity on $name", (database) => {
  const host = hosted({
    database,
    options: { userEntity: Member },
    dataSource: {
      entities: authEntitiesFor(Member),
      migrations: [...authMigrations, AddNickname1863700000000],
    },
    controllers: [MemberController],
  });

  it.each(clients)('registers, logs in and changes the password, by %s', async (client) => {
    const username = freshUsername();
    const visitor = host.visitor(client);
    const passwords = { password: PASSWORD, confirm_password: PASSWORD };
    expectDone(await visitor.register({ username, ...passwords }), { to: '/login', status: 201 });
    const member = await host.dataSource.getRepository(Member).findOneByOrFail({ username });
    await host.dataSource.getRepository(Member).update(member.id, { nickname: 'Zed' });
    expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
    expect((await visitor.get('/member')).json).toEqual({ nickname: 'Zed', read: 'Zed', isMember: true });
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expect(await host.people.canLogIn(username, OTHER_PASSWORD)).toBe(true);
    expect((await host.rows.user(member.id)).nickname).toBe('Zed');
  });

  it('is what the service gives, and is typed so', async () => {
    const service = host.app.get<SsoUserService<Member>>(SsoUserService, { strict: false });
    const { id } = await host.people.person();
    const member = await service.getUserById(id, host.people.caller);
    expectTypeOf(member).toEqualTypeOf<Member>();
    expect(member).toBeInstanceOf(Member);
    expect(member.nickname).toBeNull();
  });

  it('cannot be given its columns by a stranger', async () => {
    const username = freshUsername();
    const fields = { username, password: PASSWORD, confirm_password: PASSWORD, nickname: 'King' };
    expectRefused(await host.visitor().register(fields), 422, 'invalid_field', ['nickname']);
  });

  it('loses its sessions with the user', async () => {
    const person = await host.people.person();
    await host.people.signIn(person);
    await host.service.deleteUserById(person.id, host.people.caller);
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
  });
});
