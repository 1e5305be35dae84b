import { Injectable } from '@nestjs/common';
import { DataConflictException } from '../database/database.exceptions.js';
import { AuthException } from '../errors/auth.exception.js';
import { InvalidFieldException, MissingFieldsException } from '../input/input.exceptions.js';
import { EmailTakenException, UsernameTakenException } from '../user/user.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import { columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { MissingValueError } from '../database/write-refusal.js';
import { checkInput, missingField } from '../input/check-input.js';
import { toInstant } from '../input/fields.js';
import { PasswordService } from '../password/password.service.js';
import type { Actor } from './actor.js';
import { AccountPasswords } from './account.passwords.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { fieldColumns, nameColumns, newUser } from '../user/user.columns.js';
import { type ImportOptions, ImportUserInput } from './user.inputs.js';
import { withUserFields } from '../user/user-input.js';
import { UserStore, type UserValues } from '../user/user.store.js';

/** What became of one user who was to be imported. */
export interface ImportOutcome {
  /** `skipped`: somebody has that user name, and was left alone. */
  status: 'imported' | 'skipped' | 'refused';
  /** Why the user was refused. */
  error?: AuthException;
  /** What the user was imported without, as `ImportOptions` allow. */
  without?: ('password' | 'email')[];
}

/** Users that one transaction writes. */
const BATCH = 200;

const SKIPPED: ImportOutcome = { status: 'skipped' };

/** One user on the way in: what is to be written, and what became of it. */
interface Candidate {
  user?: ReturnType<typeof newUser>;
  outcome: ImportOutcome;
}

/** Takes users of another system over, many at a time. */
@Injectable()
export class UserImport<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly passwords: PasswordService,
    private readonly accountPasswords: AccountPasswords<User>,
    private readonly audit: AuditLog,
  ) {}

  async run(
    inputs: readonly ImportUserInput[],
    actor: Actor<User>,
    options: ImportOptions,
  ): Promise<ImportOutcome[]> {
    const outcomes: ImportOutcome[] = [];
    for (let from = 0; from < inputs.length; from += BATCH) {
      const batch = await Promise.all(
        inputs.slice(from, from + BATCH).map((input) => this.candidate(input, actor, options)),
      );
      await this.store(batch, actor, options);
      outcomes.push(...batch.map(({ outcome }) => outcome));
    }
    return outcomes;
  }

  private async candidate(
    input: ImportUserInput,
    actor: Actor<User>,
    options: ImportOptions,
  ): Promise<Candidate> {
    try {
      const data = checkInput(withUserFields(ImportUserInput, this.users.entity), input);
      const hash = await this.hashOf(data, options);
      const user = newUser(this.columns(data, hash, actor), new Date());
      return { user, outcome: { status: 'imported', ...(hash === null && { without: ['password'] }) } };
    } catch (error) {
      if (!(error instanceof AuthException)) throw error;
      return { outcome: { status: 'refused', error } };
    }
  }

  /** @returns `null` where the user comes without a password */
  private async hashOf(
    { passwordHash }: ImportUserInput,
    { withoutPassword = false }: ImportOptions,
  ): Promise<string | null> {
    if (withoutPassword && (!passwordHash || !this.passwords.knows(passwordHash))) return null;
    if (!passwordHash) throw new MissingFieldsException([missingField('password_hash')]);
    const message = await this.passwords.problemOf(passwordHash);
    if (message)
      throw new InvalidFieldException([{ field: 'password_hash', code: 'invalid_field', message }]);
    return passwordHash;
  }

  private columns(data: ImportUserInput, passwordHash: string | null, actor: Actor<User>): UserValues {
    const now = new Date();
    const { passwordExpiresAt, passwordLastSet, createdAt, lastLogin } = data;
    const {
      mustChange = false,
      isSuperUser = false,
      isActive = true,
      isLocked = false,
      approvalStatus = 'approved',
    } = data;
    return {
      ...nameColumns(data),
      ...fieldColumns(this.users.entity, data),
      ...this.accountPasswords.columns(passwordHash, { mustChange }, now),
      ...(passwordExpiresAt !== undefined && { passwordExpiresAt: toInstant(passwordExpiresAt) }),
      ...(passwordLastSet !== undefined && { passwordLastSet: toInstant(passwordLastSet) ?? now }),
      ...(createdAt !== undefined && { createdAt: toInstant(createdAt) ?? now }),
      lastLogin: toInstant(lastLogin),
      ...(isLocked && { isLocked, lockedAt: now, lockedBy: columnText(actor.name, 128) }),
      isSuperUser,
      isActive,
      approvalStatus,
    };
  }

  /** Writes those whose names are free, all or none; where somebody was faster, one after the other. */
  private async store(
    batch: readonly Candidate[],
    actor: Actor<User>,
    options: ImportOptions,
  ): Promise<void> {
    const free = await this.freeOf(batch, options);
    if (free.length === 0) return;
    try {
      await this.insert(free, actor);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for (const candidate of free) await this.storeOne(candidate, actor, options);
    }
  }

  private async storeOne(candidate: Candidate, actor: Actor<User>, options: ImportOptions): Promise<void> {
    try {
      await this.users.mapDuplicates(candidate.user ?? {}, () => this.insert([candidate], actor));
    } catch (error) {
      if (error instanceof UsernameTakenException) candidate.outcome = SKIPPED;
      else if (error instanceof EmailTakenException && dropEmail(candidate, options))
        await this.storeOne(candidate, actor, {});
      else if (error instanceof AuthException && isRefusal(error))
        candidate.outcome = { status: 'refused', error };
      else throw error;
    }
  }

  private async insert(candidates: readonly Candidate[], actor: Actor<User>): Promise<void> {
    const users = candidates.flatMap(({ user }) => user ?? []);
    await this.database.transaction(async (manager) => {
      await this.users.insertAll(manager, users);
      await this.audit.success(manager, ...users.map(({ id }) => actor.auditEntry('user.import', id)));
    });
  }

  /** Those whose names nobody has, neither in the database nor earlier in the batch. */
  private async freeOf(batch: readonly Candidate[], options: ImportOptions): Promise<Candidate[]> {
    const users = batch.flatMap(({ user }) => user ?? []);
    const names = await this.users.takenKeys(
      'usernameKey',
      users.flatMap(({ usernameKey }) => usernameKey ?? []),
    );
    const emails = await this.users.takenKeys(
      'emailKey',
      users.flatMap(({ emailKey }) => emailKey ?? []),
    );
    return batch.filter((candidate) => {
      const { user } = candidate;
      if (!user) return false;
      const { usernameKey = '' } = user;
      if (names.has(usernameKey)) {
        candidate.outcome = SKIPPED;
        return false;
      }
      if (user.emailKey && emails.has(user.emailKey) && !dropEmail(candidate, options)) {
        candidate.outcome = { status: 'refused', error: new EmailTakenException() };
        return false;
      }
      names.add(usernameKey);
      if (user.emailKey) emails.add(user.emailKey);
      return true;
    });
  }
}

/** Leaves the address out where that is allowed; answers whether it is. */
function dropEmail({ user, outcome }: Candidate, { withoutTakenEmail = false }: ImportOptions): boolean {
  if (!user || !withoutTakenEmail) return false;
  Object.assign(user, { email: null, emailKey: null });
  outcome.without = [...(outcome.without ?? []), 'email'];
  return true;
}

/** Whether the database did not take what was to be written, but may take other users. */
function isRefusal(error: unknown): boolean {
  return [DataConflictException, EmailTakenException, InvalidFieldException, MissingValueError].some(
    (type) => error instanceof type,
  );
}
