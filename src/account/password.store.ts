import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Database } from '../database/database.js';
import { ConcurrentChangeException } from './account.exceptions.js';
import { PasswordOptions } from '../password/password.options.js';
import { SsoPasswordHistory } from '../password/sso-password-history.entity.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { UserStore, type UserValues } from '../user/user.store.js';

/** The stored hashes of users: the present one, and as many earlier ones as `password.history` says. */
@Injectable()
export class PasswordStore<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly options: PasswordOptions,
  ) {}

  /** A user with the hash. */
  findWithHash(userId: string): Promise<User | null> {
    return this.users.findByIdWithHash(userId);
  }

  /** The earlier hashes of a user, the latest first. */
  async previousHashes(userId: string): Promise<string[]> {
    if (this.options.history === 0) return [];
    const rows = await this.database.run((manager) =>
      manager.find(SsoPasswordHistory, {
        select: { id: true, passwordHash: true },
        where: { userId },
        order: { replacedAt: 'DESC', id: 'DESC' },
        take: this.options.history,
      }),
    );
    return rows.map((row) => row.passwordHash);
  }

  /**
   * Writes the columns of a new password, and moves the present hash to the earlier ones.
   *
   * @param user as it was when the new password was checked
   * @returns the user as it is now
   * @throws ConcurrentChangeException when the password has changed since
   */
  async replace(manager: EntityManager, user: User, columns: UserValues, now: Date): Promise<User> {
    const { passwordVersion } = user;
    const values: UserValues = { ...columns, passwordVersion: passwordVersion + 1, updatedAt: now };
    if (!(await this.users.update(manager, user.id, values, { passwordVersion }))) {
      throw new ConcurrentChangeException();
    }
    await this.keepPrevious(manager, user, now);
    return this.users.updated(user, values);
  }

  private async keepPrevious(
    manager: EntityManager,
    { id: userId, passwordHash }: User,
    now: Date,
  ): Promise<void> {
    if (passwordHash === null) return;
    await manager.insert(SsoPasswordHistory, { id: newId(), userId, passwordHash, replacedAt: now });
    // Read without a lock, then deleted by key: one DELETE with a condition would make changes at once wait for each other.
    const old = await manager.find(SsoPasswordHistory, {
      select: { id: true },
      where: { userId },
      order: { replacedAt: 'DESC', id: 'DESC' },
      // The latest stays even without a history, so that a history that is turned on later has it.
      skip: Math.max(this.options.history, 1),
      take: 1000,
    });
    if (old.length === 0) return;
    const ids = old.map(({ id }) => id);
    await manager.delete(SsoPasswordHistory, ids);
  }
}
