import type { Type } from '@nestjs/common';
import type { LoginHooks } from './login.hooks.js';
import type { UserValues } from '../user/user.store.js';

/** What the options say of users. */
export abstract class UserSettings {
  /** Columns of a user who registers. */
  abstract readonly userDefaults: UserValues;
  /** The host's hooks, or the class under which its injector has them. */
  abstract readonly hooks: LoginHooks | Type<LoginHooks> | undefined;
  /** Whether the caller stays signed in after changing their own password. */
  abstract readonly keepCurrentSession: boolean;
}
