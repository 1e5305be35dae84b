import type { Type } from '@nestjs/common';
import {
  AfterLoad,
  ChildEntity,
  Column,
  DeleteDateColumn,
  Entity,
  type EntitySubscriberInterface,
  EventSubscriber,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  TableInheritance,
  VirtualColumn,
} from 'typeorm';
import { describe, expect, it } from 'vitest';
import { authEntities, SsoUser, SsoUserBase } from '../../src/index.js';
import { piccolo } from '../support/foreign-hashes.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

@Entity('team')
class Team {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}

@Entity('sso_user')
class SoftMember extends SsoUserBase {
  @DeleteDateColumn({ name: 'deleted_at' }) deletedAt!: Date | null;
}

@Entity('sso_user')
class TeamMember extends SsoUserBase {
  @ManyToOne(() => Team, { nullable: true, eager: true })
  @JoinColumn({ name: 'team_id' })
  team!: Team | null;
}

@Entity('sso_user')
class DistantMember extends SsoUserBase {
  @ManyToOne(() => Team, { nullable: true })
  @JoinColumn({ name: 'team_id' })
  team?: Team | null;
  @ManyToOne(() => Team, { nullable: true })
  @JoinColumn({ name: 'other_team_id' })
  otherTeam?: Team | null;
  @Column({ name: 'other_team_id', type: 'int', nullable: true }) otherTeamId!: number | null;
}

@Entity('sso_user')
class AuthorMember extends SsoUserBase {
  @OneToMany(() => Letter, (letter) => letter.author, { eager: true }) letters!: Letter[];
}

@Entity('letter')
class Letter {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @ManyToOne(() => AuthorMember, (author) => author.letters)
  @JoinColumn({ name: 'author_id' })
  author!: object;
}

@Entity('sso_user')
class LoadedMember extends SsoUserBase {
  fullName = '';
  @AfterLoad() onLoad(): void {
    this.fullName = `Full ${this.username}`;
  }
}

@Entity('sso_user')
class CountedMember extends SsoUserBase {
  @VirtualColumn({
    type: 'int',
    query: (alias) => `SELECT COUNT(*) FROM sso_session WHERE user_id = ${alias}.id`,
  })
  sessions!: number | string;
}

class Address {
  @Column({ type: 'varchar', length: 20, nullable: true }) city!: string | null;
  @Column({ type: 'varchar', length: 20, nullable: true }) street!: string | null;
}

@Entity('sso_user')
class HousedMember extends SsoUserBase {
  @Column(() => Address) address!: Address;
}

@Entity('sso_user')
@TableInheritance({ column: { name: 'kind', type: 'varchar', length: 20 } })
class KindMember extends SsoUserBase {}

@ChildEntity('teacher')
class Teacher extends KindMember {
  @Column({ type: 'varchar', length: 20, nullable: true }) subject!: string | null;
}

@Entity('sso_user')
class LazyMember extends SsoUserBase {
  @ManyToOne(() => Team, { nullable: true, lazy: true })
  @JoinColumn({ name: 'team_id' })
  team!: Promise<Team | null>;
}

@Entity('sso_user')
class ChangedMember extends SsoUserBase {
  @Column({
    type: 'varchar',
    length: 20,
    nullable: true,
    transformer: {
      from: (text: string | null) => text && { text },
      to: (given: { text: string } | null) => given?.text,
    },
  })
  motto!: { text: string } | null;
}

@EventSubscriber()
class Greeter implements EntitySubscriberInterface<SsoUserBase> {
  listenTo(): typeof SsoUserBase {
    return SsoUserBase;
  }
  afterLoad(user: SsoUserBase & { greeting?: string }): void {
    user.greeting = `Hello ${user.username}`;
  }
}

interface Kind {
  name: string;
  entity: Type<SsoUserBase>;
  others?: Type[];
  /** Columns of a user that are set. */
  values?: object;
  subscribers?: Type<EntitySubscriberInterface>[];
  /** What every user of that kind has. */
  has?: (user: SsoUserBase) => object;
}

const KINDS: Kind[] = [
  { name: 'a soft deletion', entity: SoftMember, has: () => ({ deletedAt: null }) },
  { name: 'an eager relation', entity: TeamMember, others: [Team], values: { team: { id: 1 } } },
  { name: 'an empty eager relation', entity: TeamMember, others: [Team], has: () => ({ team: null }) },
  {
    name: 'relations that are not loaded',
    entity: DistantMember,
    others: [Team],
    values: { team: { id: 1 }, otherTeam: { id: 1 } },
  },
  { name: 'many eager relations', entity: AuthorMember, others: [Letter], has: () => ({ letters: [] }) },
  { name: '@AfterLoad', entity: LoadedMember, has: ({ username }) => ({ fullName: `Full ${username}` }) },
  { name: 'a virtual column', entity: CountedMember },
  { name: 'embedded columns', entity: HousedMember, values: { address: { city: 'Rome', street: null } } },
  { name: 'child entities', entity: KindMember, others: [Teacher] },
  { name: 'a lazy relation', entity: LazyMember, others: [Team] },
  {
    name: 'a transformer',
    entity: ChangedMember,
    values: { motto: { text: 'on' } },
    has: () => ({ motto: { text: 'on' } }),
  },
  {
    name: 'a subscriber',
    entity: SsoUser,
    subscribers: [Greeter],
    has: ({ username }) => ({ greeting: `Hello ${username}` }),
  },
];

const entitiesFor = ({ entity, others = [] }: Kind): Type[] => [entity, ...authEntities.slice(1), ...others];

describe.each(databases)('the current user on $name', (database) => {
  describe.each(KINDS)('with $name', (kind) => {
    const { entity, values, subscribers = [], has = () => ({}) } = kind;
    const host = hosted({
      database,
      options: { userEntity: entity as Type<SsoUser> },
      dataSource: { entities: entitiesFor(kind), migrations: [], synchronize: true, subscribers },
    });

    it('is what the repository gives', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      if (kind.others?.includes(Team)) await host.dataSource.getRepository(Team).save({ id: 1, name: 'red' });
      const members = host.dataSource.getRepository<SsoUserBase>(entity);
      if (values) await members.update(person.id, values);
      const token = visitor.cookies.get('id') ?? '';
      const [one, two] = await Promise.all([
        host.service.getCurrentUser({ token }),
        host.service.getCurrentUser({ token }),
      ]);
      const wanted = await members.findOneByOrFail({ id: person.id });
      expect(one).toStrictEqual(wanted);
      expect(two).toStrictEqual(wanted);
      expect(two).not.toBe(one);
      expect(one).toMatchObject(has(wanted));
      expect(await host.service.getUserById(person.id, host.people.caller)).toStrictEqual(wanted);
      const { users } = await host.service.searchUsers({ q: person.username }, host.people.caller);
      expect(users).toStrictEqual([wanted]);
    });
  });

  describe('who is deleted softly', () => {
    const host = hosted({
      database,
      options: { userEntity: SoftMember as Type<SsoUser> },
      dataSource: {
        entities: entitiesFor({ name: '', entity: SoftMember }),
        migrations: [],
        synchronize: true,
      },
    });
    const members = () => host.dataSource.getRepository(SoftMember);

    it('is signed in no more, and unknown to a login', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      await members().softDelete(person.id);
      expect(await visitor.isSignedIn()).toBe(false);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
      const { total } = await host.service.searchUsers({ q: person.username }, host.people.caller);
      expect(total).toBe(0);
      await members().restore(person.id);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    });

    it.each(clients)('still has the names, by %s', async (client) => {
      const gone = await host.people.person();
      const admin = await host.people.signIn(await host.people.superUser());
      const other = await host.people.person();
      await members().softDelete(gone.id);
      const passwords = { password: PASSWORD, confirm_password: PASSWORD };
      const { username, email } = gone;
      expectRefused(await host.visitor(client).register({ username, ...passwords }), 409, 'username_taken');
      const mail = { username: freshUsername(), email, ...passwords };
      expectRefused(await host.visitor(client).register(mail), 409, 'email_taken');
      expectRefused(await admin.api('POST', '/users', { username }), 409, 'username_taken');
      expectRefused(await admin.api('PATCH', `/users/${other.id}`, { username }), 409, 'username_taken');
      expectRefused(await admin.api('PATCH', `/users/${other.id}`, { email }), 409, 'email_taken');
      const passwordHash = await piccolo.make(PASSWORD);
      const outcomes = await host.service.importUsers(
        [
          { username, passwordHash },
          { username: freshUsername(), email, passwordHash },
        ],
        host.people.caller,
      );
      expect(outcomes.map(({ status, error }) => error?.code ?? status)).toEqual(['skipped', 'email_taken']);
    });

    it('is not there for super-users, and nothing is written to the row', async () => {
      const gone = await host.people.person();
      const admin = await host.people.signIn(await host.people.superUser());
      await members().softDelete(gone.id);
      const before = await host.rows.user(gone.id);
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { display_name: 'x' }],
        ['POST', '/lock', undefined],
        ['DELETE', '', undefined],
      ] as const) {
        expectRefused(await admin.api(method, `/users/${gone.id}${path}`, body), 404, 'user_not_found');
      }
      expect(await host.rows.user(gone.id)).toEqual(before);
    });
  });
});
