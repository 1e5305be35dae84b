import { MayBeAbsent } from '../../input/fields.js';
import { IsString, MaxLength } from '../../input/validator.js';
import type { UserFieldUse } from '../../user/user-input.js';

/**
 * Fields that the form of the profile posts in addition to the user's fields. The email address is not among them, because
 * changing it requires a fresh authentication (ASVS 7.5.1).
 */
export class ProfileForm {
  static readonly userFields: UserFieldUse = { author: 'self', isNew: false };
  static readonly empties = true;

  /** Fingerprint of the values that the form has shown; only fields that differ from it are written. */
  @MayBeAbsent() @IsString() @MaxLength(2000) shown?: string;
}
