import { Injectable } from '@nestjs/common';
import type { AuthException } from '../errors/auth.exceptions.js';
import type { Inspected } from '../input/check-input.js';
import { Throttle } from '../throttle/throttle.js';
import { Accounts, type CreatedUser } from './accounts.js';
import { Actor } from './actor.js';
import { Authority } from './authority.js';
import { attempterOf, type SsoCaller } from './caller.js';
import { withOthers } from '../errors/faults.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { CreateUserInput, SignUpInput } from './user.inputs.js';
import { UserSettings } from './user.settings.js';

/**
 * New accounts, made by super-users or by strangers for themselves. Of an input that is refused, everything that is wrong is
 * told at once; what costs a statement, or tells who has an account, only after the attempt was counted.
 */
@Injectable()
export class NewAccounts<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly throttle: Throttle,
    private readonly accounts: Accounts<User>,
    private readonly settings: UserSettings,
  ) {}

  /** @param fixed what is said of the user besides */
  async create(
    { refusal, sound }: Inspected<CreateUserInput>,
    caller: SsoCaller,
    fixed: Partial<CreateUserInput> = {},
  ): Promise<CreatedUser<User>> {
    const admitted = async (): Promise<Actor<User>> => {
      const actor = await this.authority.requireSuperUser(caller);
      await this.throttle.change(actor.name, attempterOf(actor.caller));
      return actor;
    };
    if (refusal)
      throw await withOthers(refusal, async () => this.accounts.refusalsOf(sound, await admitted()));
    return this.accounts.create({ ...sound, ...fixed }, await admitted());
  }

  /** @param challenge refuses by throwing, before anything is looked up; what is refused without it costs none */
  async signUp(
    { refusal, sound }: Inspected<SignUpInput>,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<User> {
    const admitted = async (): Promise<Actor<User>> => {
      this.authority.checkApp(caller);
      await this.throttle.registration(attempterOf(caller));
      await challenge?.();
      return Actor.stranger(caller);
    };
    const find = async (): Promise<AuthException[]> =>
      challenge ? this.accounts.quickRefusalsOf(sound) : this.accounts.refusalsOf(sound, await admitted());
    if (refusal) throw await withOthers(refusal, find);
    return this.accounts.signUp(sound, this.settings.userDefaults, await admitted());
  }
}
