import type { UserValues } from './user.store.js';

/** What the options say of users. */
export abstract class UserSettings {
  /** Columns of a user who registers. */
  abstract readonly userDefaults: UserValues;
  /** Whether the caller stays signed in after changing the own password. */
  abstract readonly keepCurrentSession: boolean;
}
