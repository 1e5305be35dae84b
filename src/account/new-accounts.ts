import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuthException } from '../errors/auth.exception.js';
import { throwCombined, withOthers } from '../errors/faults.js';
import type { Inspected } from '../input/check-input.js';
import { Throttle } from '../throttle/throttle.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { fieldColumns, nameColumns, newUser, verificationColumn } from '../user/user.columns.js';
import { UserStore, type UserValues } from '../user/user.store.js';
import { AccountEvents } from './account.events.js';
import { AccountPasswords } from './account.passwords.js';
import { Actor } from './actor.js';
import { Authority } from './authority.js';
import { attemptSourceOf, type SsoCaller } from './caller.js';
import type { CreateUserInput, SignUpInput } from './user.inputs.js';
import { UserSettings } from './user.settings.js';

/** A user just created. */
export interface CreatedUser<User extends SsoUserBase = SsoUserBase> {
  user: User;
  /** Only when it was generated; it is stored nowhere. */
  password?: string;
}

/**
 * New accounts, made by super-users or by strangers for themselves. Of an input that is refused, everything that is wrong is
 * told at once; what costs a statement, or tells who has an account, only after the attempt was counted.
 */
@Injectable()
export class NewAccounts<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly users: UserStore<User>,
    private readonly passwords: AccountPasswords<User>,
    private readonly events: AccountEvents,
    private readonly throttle: Throttle,
    private readonly settings: UserSettings,
  ) {}

  /** @param fixed what is said of the user in addition */
  async create(
    { refusal, valid }: Inspected<CreateUserInput>,
    caller: SsoCaller,
    fixed: Partial<CreateUserInput> = {},
  ): Promise<CreatedUser<User>> {
    const admitted = async (): Promise<Actor<User>> => {
      const actor = await this.authority.requireSuperUser(caller);
      await this.passwords.countChange(actor);
      return actor;
    };
    if (refusal) throw await withOthers(refusal, async () => this.refusalsOf(valid, await admitted()));
    return this.createFor(await admitted(), { ...valid, ...fixed });
  }

  /** @param challenge refuses by throwing, before anything is looked up; what is refused without it costs none */
  async signUp(
    { refusal, valid }: Inspected<SignUpInput>,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<User> {
    const admitted = async (): Promise<Actor<User>> => {
      this.authority.checkApp(caller);
      await this.throttle.registration(attemptSourceOf(caller));
      await challenge?.();
      return Actor.stranger(caller);
    };
    const find = async (): Promise<AuthException[]> =>
      challenge ? this.quickRefusalsOf(valid) : this.refusalsOf(valid, await admitted());
    if (refusal) throw await withOthers(refusal, find);
    return this.signUpAs(await admitted(), valid);
  }

  /** Writes a user for an actor, by whom it was decided; `values` are not looked at. */
  insert(actor: Actor<User>, values: UserValues): Promise<User> {
    return this.write(actor, values, true, (manager, user) =>
      this.events.record(manager, actor, 'user.create', user.id),
    );
  }

  private async createFor(actor: Actor<User>, input: CreateUserInput): Promise<CreatedUser<User>> {
    const { password, passwordExpiry, isSuperUser = false, autoApprove = false, ...others } = input;
    const { emailVerified, ...names } = others;
    // A generated password is temporary: the new user has to replace it (ASVS 6.4.1).
    const { mustChange = password === undefined && actor.session !== null } = input;
    throwCombined(await this.refusalsOf(input, actor));
    const plain = password ?? this.passwords.generate();
    const hash = await this.passwords.hash(plain, actor);
    const now = new Date();
    const user = await this.insert(actor, {
      ...nameColumns(names),
      ...fieldColumns(this.users.entity, names),
      ...verificationColumn({ email: null, emailVerifiedAt: null }, names.email, emailVerified, now),
      ...this.passwords.columns(hash, { mustChange, expiry: passwordExpiry }, now),
      isSuperUser,
      approvalStatus: autoApprove ? 'approved' : 'before_decision',
    });
    return password === undefined ? { user, password: plain } : { user };
  }

  private async signUpAs(actor: Actor<User>, input: SignUpInput): Promise<User> {
    const { password, ...names } = input;
    throwCombined(await this.refusalsOf(input, actor));
    const hash = await this.passwords.hash(password, actor);
    const values: UserValues = {
      ...this.passwords.columns(hash, { mustChange: false }, new Date()),
      ...this.settings.userDefaults,
      ...nameColumns(names),
      ...fieldColumns(this.users.entity, names),
    };
    return this.write(actor, values, false, (manager, user) => this.events.registered(manager, actor, user));
  }

  /** What refuses a new account, as far as its fields are given: names that are taken, and a password that is no good. */
  private async refusalsOf(
    { password, ...names }: Partial<CreateUserInput>,
    actor: Actor<User>,
  ): Promise<AuthException[]> {
    const taken = await this.users.takenNames(names);
    if (password === undefined) return taken;
    return [...taken, ...(await this.passwords.refusalsOf(password, names, actor, 'password'))];
  }

  /** What of {@link refusalsOf} can be told without a look-up. */
  private async quickRefusalsOf({ password, ...names }: Partial<CreateUserInput>): Promise<AuthException[]> {
    return password === undefined ? [] : this.passwords.quickRefusalsOf(password, names, 'password');
  }

  private write(
    actor: Actor<User>,
    values: UserValues,
    superUser: boolean,
    record: (manager: EntityManager, user: User) => Promise<void>,
  ): Promise<User> {
    const user = newUser(values, new Date());
    return this.users.mapDuplicates(user, () =>
      this.authority.act(actor, { superUser }, async (manager) => {
        const inserted = await this.users.insert(manager, user);
        await record(manager, inserted);
        return inserted;
      }),
    );
  }
}
