import { MayBeAbsent, MayBeNull } from '../../input/fields.js';
import { UpdateUserInput } from '../../account/user.inputs.js';
import { IsBoolean, IsInt, IsString, Max, MaxLength, Min } from '../../input/validator.js';

/** What a super-user sends to set somebody's password. */
export class SetPasswordForm {
  @IsString() newPassword!: string;
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** Days; `null` = never. */
  @MayBeNull() @IsInt() @Min(1) passwordExpiry?: number | null;
}

/** What the page of a user posts: a text that was emptied is to be empty. */
export class EditUserForm extends UpdateUserInput {
  static readonly empties = true;

  /** What the form held when it was shown, as the page gave it; of the rest, only what differs from that is written. */
  @MayBeAbsent() @IsString() @MaxLength(2000) shown?: string;
}

/** Which part of the lists on the page of a user. */
export class UserPageQuery {
  /** Of what was recorded; from 1. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(1_000_000) page?: number;
  /** Of the sessions; from 1. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(1_000_000) sessionsPage?: number;
}
