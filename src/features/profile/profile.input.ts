import { MayBeAbsent } from '../../input/fields.js';
import { IsString, MaxLength } from '../../input/validator.js';
import type { UserFieldUse } from '../../user/user-input.js';

/**
 * What the page of one's own profile posts, in addition to the fields: a text that was emptied is to be empty. The
 * address is not among them, because who changes it has to prove who they are (ASVS 7.5.1).
 */
export class ProfileForm {
  static readonly userFields: UserFieldUse = { author: 'self', isNew: false };
  static readonly empties = true;

  /** What the form held when it was shown, as the page gave it; of the rest, only what differs from that is written. */
  @MayBeAbsent() @IsString() @MaxLength(2000) shown?: string;
}
