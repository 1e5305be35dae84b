import { Inject, Injectable, type Type } from '@nestjs/common';
import {
  Brackets,
  type EntityManager,
  In,
  IsNull,
  Not,
  type ObjectLiteral,
  type SelectQueryBuilder,
} from 'typeorm';
import { validate as isUuid } from 'uuid';
import type { AuthException } from '../errors/auth.exception.js';
import {
  EmailTakenException,
  UserInUseException,
  UserNotFoundException,
  UsernameTakenException,
} from './user.exceptions.js';
import { Database } from '../database/database.js';
import { ConstraintViolation, MissingValueError } from '../database/write-refusal.js';
import { throwAll } from '../errors/faults.js';
import { orderOf, type UserSort } from './user-sort.js';
import { OPEN } from './account-state.js';
import type { ApprovalStatus, SignUpStatus, SsoUserBase } from './sso-user.entity.js';
import { USER_ENTITY } from './user.tokens.js';
import { canonicalKey, isUsername } from './username.js';

/** What a write of user columns may set. */
export type UserValues = Partial<SsoUserBase>;

/** The names that no two users share. */
export interface UniqueNames {
  username?: string | undefined;
  email?: string | null | undefined;
}

/** Which users, and which page of them: those that meet every condition given. */
export interface UserSearch {
  /** Part of the user name, the email address or the display name. */
  q?: string | undefined;
  signUpStatus?: SignUpStatus | undefined;
  approvalStatus?: ApprovalStatus | undefined;
  locked?: boolean | undefined;
  superUser?: boolean | undefined;
  active?: boolean | undefined;
  /** Absent = by user name. */
  sort?: UserSort | undefined;
  page: number;
  pageSize: number;
}

/** A column that makes a name unique. */
type NameKey = 'usernameKey' | 'emailKey';

type Extend<User extends SsoUserBase> = (query: SelectQueryBuilder<User>) => SelectQueryBuilder<User>;

/** Users in the database: looked up, found, written; no rule of who may do what. */
@Injectable()
export class UserStore<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    @Inject(USER_ENTITY) private readonly entity: Type<User>,
  ) {}

  /** The user of that name in any case or Unicode form, with the stored hash. */
  async findByUsername(username: string): Promise<User | null> {
    // A text that no account can have is not asked for: PostgreSQL would choke on a NUL.
    if (!isUsername(username)) return null;
    const usernameKey = canonicalKey(username);
    const user = await this.findOne((query) =>
      query.where('user.usernameKey = :usernameKey', { usernameKey }).addSelect('user.passwordHash'),
    );
    // A MySQL table that `synchronize` made compares without regard to accents.
    return user?.usernameKey === usernameKey ? user : null;
  }

  async findById(id: string): Promise<User | null> {
    return this.findOneById(id, (query) => query);
  }

  /** The user as a transaction sees it now. */
  async findAgain(manager: EntityManager, id: string): Promise<User | null> {
    return this.query(manager).where('user.id = :id', { id }).getOne();
  }

  /**
   * The users with these ids as they are now. Their rows stay locked until the transaction ends: in the order of their
   * ids, so that two transactions that lock the same rows wait for each other and do not block each other.
   */
  async lock(manager: EntityManager, ids: readonly string[]): Promise<User[]> {
    const wanted = ids.filter((id) => isUuid(id)).map((id) => id.toLowerCase());
    if (wanted.length === 0) return [];
    const query = manager
      .createQueryBuilder(this.entity, 'user')
      .where('user.id IN (:...ids)', { ids: [...new Set(wanted)] })
      .orderBy('user.id');
    if (this.database.dialect.locksRows) query.setLock('pessimistic_write');
    return query.getMany();
  }

  /** The ids of a few super-users who can sign in, other than that one. */
  async otherSuperUsers(id: string): Promise<string[]> {
    const found = await this.database.run((manager) =>
      manager.find<SsoUserBase>(this.entity, {
        select: { id: true },
        where: { ...OPEN, isSuperUser: true, id: Not(id) },
        take: 10,
      }),
    );
    return found.map((user) => user.id);
  }

  /** The user with the stored hash. */
  async findByIdWithHash(id: string): Promise<User | null> {
    return this.findOneById(id, (query) => query.addSelect('user.passwordHash'));
  }

  private async findOneById(id: string, extend: Extend<User>): Promise<User | null> {
    if (!isUuid(id)) return null;
    return this.findOne((query) => extend(query.where('user.id = :id', { id: id.toLowerCase() })));
  }

  private findOne(extend: Extend<User>): Promise<User | null> {
    return this.database.run((manager) => extend(this.query(manager)).getOne());
  }

  /** Finds users as the host's repository does, eager relations included. */
  private query(manager: EntityManager): SelectQueryBuilder<User> {
    return manager.createQueryBuilder(this.entity, 'user').setFindOptions({ loadEagerRelations: true });
  }

  /** The names of the users with these ids, as far as they are there. */
  async usernamesOf(ids: readonly string[]): Promise<Map<string, string>> {
    const wanted = [...new Set(ids)].filter((id) => isUuid(id));
    if (wanted.length === 0) return new Map();
    const found = await this.database.run((manager) =>
      manager.find<SsoUserBase>(this.entity, {
        select: { id: true, username: true },
        where: { id: In(wanted) },
        loadEagerRelations: false,
      }),
    );
    return new Map(found.map(({ id, username }) => [id, username]));
  }

  /** One page of users, and how many there are in all. Those without what they are sorted by come last. */
  async search(criteria: UserSearch): Promise<[User[], number]> {
    const { q, page, pageSize, signUpStatus, approvalStatus, locked, superUser, active } = criteria;
    return this.database.run((manager) => {
      const query = this.query(manager);
      if (q !== undefined) {
        const like = `%${canonicalKey(q).replace(/[!%_]/g, '!$&')}%`;
        query.andWhere(
          new Brackets((or) =>
            or
              .where(`user.usernameKey LIKE :like ESCAPE '!'`, { like })
              .orWhere(`user.emailKey LIKE :like ESCAPE '!'`)
              .orWhere(`user.displayNameKey LIKE :like ESCAPE '!'`),
          ),
        );
      }
      if (signUpStatus !== undefined) query.andWhere('user.signUpStatus = :signUpStatus', { signUpStatus });
      if (approvalStatus !== undefined)
        query.andWhere('user.approvalStatus = :approvalStatus', { approvalStatus });
      if (locked !== undefined) query.andWhere('user.isLocked = :locked', { locked });
      if (superUser !== undefined) query.andWhere('user.isSuperUser = :superUser', { superUser });
      if (active !== undefined) query.andWhere('user.isActive = :active', { active });
      return sorted(query, criteria.sort ?? 'username')
        .skip((page - 1) * pageSize)
        .take(pageSize)
        .getManyAndCount();
    });
  }

  async insert(manager: EntityManager, values: UserValues): Promise<User> {
    const user = Object.assign(new this.entity(), stored(values));
    await manager.insert<ObjectLiteral>(this.entity, user);
    return this.updated(user, {});
  }

  /** {@link insert} for many at once. */
  async insertAll(manager: EntityManager, users: readonly UserValues[]): Promise<void> {
    const rows = users.map((values) => Object.assign(new this.entity(), stored(values)));
    await manager.insert<ObjectLiteral>(this.entity, rows);
  }

  /** Writes columns of the user with that id, if it still is as `condition` says; answers whether it was. */
  async update(
    manager: EntityManager,
    id: string,
    values: UserValues,
    condition: UserValues = {},
  ): Promise<boolean> {
    const { affected } = await manager.update<ObjectLiteral>(
      this.entity,
      { ...condition, ...this.notDeleted(), id },
      { ...stored(values) },
    );
    return affected === 1;
  }

  /** A condition on a row: an update by TypeORM takes those that were deleted softly along. */
  private notDeleted(): ObjectLiteral {
    const { deleteDateColumn } = this.database.dataSource.getMetadata(this.entity);
    return deleteDateColumn?.createValueMap(IsNull()) ?? {};
  }

  /** A copy of a user with some columns changed and without those that are not selected; writes nothing. */
  updated(user: User, values: UserValues): User {
    const { passwordHash: _, displayNameKey: __, ...columns } = { ...user, ...values };
    return Object.assign(new this.entity(), columns);
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    const { affected } = await manager.delete<ObjectLiteral>(this.entity, { id });
    if (affected !== 1) throw new UserNotFoundException();
  }

  /**
   * Runs a write of `values` and, where a constraint refuses it, tells which of the two names is taken, or which value
   * the host's database does not let be empty.
   */
  async refusingDuplicates<T>(values: UserValues, write: () => Promise<T>, exceptId?: string): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ConstraintViolation && error.kind === 'unique')
        throwAll(await this.takenOf(values, exceptId));
      if (error instanceof MissingValueError && error.isOf(values)) throw error.asConflict();
      throw error;
    }
  }

  /**
   * Runs the deletion of a user.
   *
   * @throws UserInUseException when rows of the host's own refer to the user, and cannot do without
   */
  async refusingReferences<T>(deletion: () => Promise<T>): Promise<T> {
    try {
      return await deletion();
    } catch (error) {
      const isReferred =
        error instanceof MissingValueError ||
        (error instanceof ConstraintViolation && error.kind === 'foreign key');
      throw isReferred ? new UserInUseException() : error;
    }
  }

  /** One refusal for each of the names that somebody other than `exceptId` has. */
  async takenOf({ username, email }: UniqueNames, exceptId?: string): Promise<AuthException[]> {
    return [
      ...(username && (await this.isTaken('usernameKey', username, exceptId))
        ? [new UsernameTakenException()]
        : []),
      ...(email && (await this.isTaken('emailKey', email, exceptId)) ? [new EmailTakenException()] : []),
    ];
  }

  /** Those of the given keys that somebody has, in the column. */
  async takenKeys(column: NameKey, keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const holders = await this.holders(column, keys);
    return new Set(holders.map(({ key }) => key));
  }

  private async isTaken(column: NameKey, name: string, exceptId?: string): Promise<boolean> {
    const holders = await this.holders(column, [canonicalKey(name)]);
    return holders.some(({ id }) => id !== exceptId);
  }

  /**
   * Who has one of the keys, in the column. A user that the host has soft-deleted is still there for a unique index.
   * Nothing else of a row is read, so one that cannot be read as an entity holds its names too.
   */
  private holders(column: NameKey, keys: readonly string[]): Promise<{ id: string; key: string }[]> {
    return this.database.run((manager) =>
      manager
        .createQueryBuilder(this.entity, 'user')
        .select('user.id', 'id')
        .addSelect(`user.${column}`, 'key')
        .where(`user.${column} IN (:...keys)`, { keys })
        .withDeleted()
        .getRawMany<{ id: string; key: string }>(),
    );
  }
}

/** Sorts users by a column, and those that are alike in it by name. */
function sorted<User extends SsoUserBase>(
  query: SelectQueryBuilder<User>,
  sort: UserSort,
): SelectQueryBuilder<User> {
  const { column, direction } = orderOf(sort);
  if (column === 'usernameKey') return query.orderBy('user.usernameKey', direction);
  // Databases disagree on where NULL is, and not all of them can be told.
  return query
    .addSelect(`CASE WHEN user.${column} IS NULL THEN 1 ELSE 0 END`, 'is_absent')
    .orderBy('is_absent')
    .addOrderBy(`user.${column}`, direction)
    .addOrderBy('user.usernameKey');
}

/** What is written for `values`: a display name goes with what a search compares. */
function stored({ displayName, ...values }: UserValues): UserValues {
  if (displayName === undefined) return values;
  return { ...values, displayName, displayNameKey: displayName === null ? null : canonicalKey(displayName) };
}
