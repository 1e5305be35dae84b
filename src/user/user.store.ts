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
import { throwCombined } from '../errors/faults.js';
import { orderOf, type UserSort } from './user-sort.js';
import { SIGN_IN_STATE } from './account-state.js';
import type { ApprovalStatus, SignUpStatus, SsoUserBase } from './sso-user.entity.js';
import { USER_ENTITY } from './user.tokens.js';
import { canonicalKey, isUsername } from './username.js';

/** Column values to write. */
export type UserValues = Partial<SsoUserBase>;

/** The names that are unique among users. */
export interface UniqueNames {
  username?: string | undefined;
  email?: string | null | undefined;
}

/** Conditions on users, which must all hold, and the page to return. */
export interface UserSearch {
  /** Part of the user name, the email address or the display name. */
  q?: string | undefined;
  signUpStatus?: SignUpStatus | undefined;
  approvalStatus?: ApprovalStatus | undefined;
  locked?: boolean | undefined;
  superUser?: boolean | undefined;
  active?: boolean | undefined;
  /** Order of the users. @default 'username' */
  sort?: UserSort | undefined;
  page: number;
  pageSize: number;
}

/** Column that makes a name unique. */
type NameKey = 'usernameKey' | 'emailKey';

type Extend<User extends SsoUserBase> = (query: SelectQueryBuilder<User>) => SelectQueryBuilder<User>;

/** Reads and writes users in the database. It contains no rule about who may do what. */
@Injectable()
export class UserStore<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    @Inject(USER_ENTITY) readonly entity: Type<User>,
  ) {}

  /** Returns the user with a name, in any case or Unicode form, with the stored hash. */
  async findByUsername(username: string): Promise<User | null> {
    // A text that no user can have is not looked up, because PostgreSQL refuses a NUL.
    if (!isUsername(username)) return null;
    const usernameKey = canonicalKey(username);
    const user = await this.findOne((query) =>
      query.where('user.usernameKey = :usernameKey', { usernameKey }).addSelect('user.passwordHash'),
    );
    // The collation of a MySQL table created by `synchronize` ignores accents.
    return user?.usernameKey === usernameKey ? user : null;
  }

  /** The user who has all of these names, in any case or Unicode form; without any, nobody. */
  async findByNames({ username, email }: UniqueNames): Promise<User | null> {
    const wanted: Partial<Record<NameKey, string>> = {
      ...(username !== undefined && { usernameKey: canonicalKey(username) }),
      ...(typeof email === 'string' && { emailKey: canonicalKey(email) }),
    };
    const keys = Object.entries(wanted);
    if (keys.length === 0) return null;
    const user = await this.findOne((query) => query.where(wanted));
    // As above.
    return user && keys.every(([column, key]) => user[column as NameKey] === key) ? user : null;
  }

  /** The id of the user whom a name or an id names. An id need not be anybody's: what was recorded outlives the user. */
  async idOf(user: string): Promise<string | null> {
    if (isUuid(user)) return user.toLowerCase();
    return (await this.findByNames({ username: user }))?.id ?? null;
  }

  async findById(id: string): Promise<User | null> {
    return this.findOneById(id, (query) => query);
  }

  /** Returns the user as the transaction reads it now. */
  async findAgain(manager: EntityManager, id: string): Promise<User | null> {
    return this.query(manager).where('user.id = :id', { id }).getOne();
  }

  /**
   * Returns the users with these ids and locks their rows until the transaction ends. The rows are locked in the order of their
   * ids, so that two transactions with the same users cannot deadlock.
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

  /** Returns the ids of up to 10 other super-users who can sign in. */
  async otherSuperUsers(id: string): Promise<string[]> {
    const found = await this.database.run((manager) =>
      manager.find<SsoUserBase>(this.entity, {
        select: { id: true },
        where: { ...SIGN_IN_STATE, isSuperUser: true, id: Not(id) },
        take: 10,
      }),
    );
    return found.map((user) => user.id);
  }

  /** Returns the user with the stored hash. */
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

  /** Finds users as the host's repository does, including eager relations. */
  private query(manager: EntityManager): SelectQueryBuilder<User> {
    return manager.createQueryBuilder(this.entity, 'user').setFindOptions({ loadEagerRelations: true });
  }

  /** Returns the user names by id; unknown ids are left out. */
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

  /** Returns one page of users, and the total number. Users without a value in the sorted column come last. */
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
    const user = Object.assign(new this.entity(), toColumns(values));
    await manager.insert<ObjectLiteral>(this.entity, user);
    return this.updated(user, {});
  }

  /** Inserts many users at once; see {@link insert}. */
  async insertAll(manager: EntityManager, users: readonly UserValues[]): Promise<void> {
    const rows = users.map((values) => Object.assign(new this.entity(), toColumns(values)));
    await manager.insert<ObjectLiteral>(this.entity, rows);
  }

  /** Writes columns of a user if its row still meets `condition`. Returns whether it did. */
  async update(
    manager: EntityManager,
    id: string,
    values: UserValues,
    condition: UserValues = {},
  ): Promise<boolean> {
    const { affected } = await manager.update<ObjectLiteral>(
      this.entity,
      { ...condition, ...this.notDeleted(), id },
      { ...toColumns(values) },
    );
    return affected === 1;
  }

  /** Returns a condition that excludes soft-deleted rows, which TypeORM's update would include. */
  private notDeleted(): ObjectLiteral {
    const { deleteDateColumn } = this.database.dataSource.getMetadata(this.entity);
    return deleteDateColumn?.createValueMap(IsNull()) ?? {};
  }

  /** Returns a copy of a user with changed columns, and without the columns that are not selected; writes nothing. */
  updated(user: User, values: UserValues): User {
    const { passwordHash: _, displayNameKey: __, ...columns } = { ...user, ...values };
    return Object.assign(new this.entity(), columns);
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    const { affected } = await manager.delete<ObjectLiteral>(this.entity, { id });
    if (affected !== 1) throw new UserNotFoundException();
  }

  /**
   * Runs a write of `values`. If a constraint refuses it, the exception says which name is taken, or which value must not be
   * empty in the host's database.
   */
  async mapDuplicates<T>(values: UserValues, write: () => Promise<T>, exceptId?: string): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ConstraintViolation && error.kind === 'unique')
        throwCombined(await this.takenNames(values, exceptId));
      if (error instanceof MissingValueError && error.isOf(values)) throw error.asConflict();
      throw error;
    }
  }

  /**
   * Runs the deletion of a user.
   *
   * @throws UserInUseException if other rows of the host refer to the user, and need that reference
   */
  async mapReferences<T>(deletion: () => Promise<T>): Promise<T> {
    try {
      return await deletion();
    } catch (error) {
      const isReferred =
        error instanceof MissingValueError ||
        (error instanceof ConstraintViolation && error.kind === 'foreign key');
      throw isReferred ? new UserInUseException() : error;
    }
  }

  /** Returns one exception for each name that a user other than `exceptId` has. */
  async takenNames({ username, email }: UniqueNames, exceptId?: string): Promise<AuthException[]> {
    return [
      ...(username && (await this.isTaken('usernameKey', username, exceptId))
        ? [new UsernameTakenException()]
        : []),
      ...(email && (await this.isTaken('emailKey', email, exceptId)) ? [new EmailTakenException()] : []),
    ];
  }

  /** Returns those of the keys that a user has in the column. */
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
   * Returns the users who have one of the keys in the column. Soft-deleted users are included, because the unique index
   * includes them. No other column is read, so that a row that cannot be read as an entity is found too.
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

/** Sorts users by a column, and users with the same value by user name. */
function sorted<User extends SsoUserBase>(
  query: SelectQueryBuilder<User>,
  sort: UserSort,
): SelectQueryBuilder<User> {
  const { column, direction } = orderOf(sort);
  if (column === 'usernameKey') return query.orderBy('user.usernameKey', direction);
  // Databases sort NULL first or last, and not all of them have NULLS LAST.
  return query
    .addSelect(`CASE WHEN user.${column} IS NULL THEN 1 ELSE 0 END`, 'is_absent')
    .orderBy('is_absent')
    .addOrderBy(`user.${column}`, direction)
    .addOrderBy('user.usernameKey');
}

/** Returns the columns to write for `values`, with the search key of the display name. */
function toColumns({ displayName, ...values }: UserValues): UserValues {
  if (displayName === undefined) return values;
  return { ...values, displayName, displayNameKey: displayName === null ? null : canonicalKey(displayName) };
}
