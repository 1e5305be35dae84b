import {
  AUDIT_ACTIONS,
  AUDIT_OUTCOMES,
  type AuditAction,
  type AuditOutcome,
} from '../audit/audit.actions.js';
import {
  FitsColumn,
  IsInstant,
  IsPlainText,
  isPlainText,
  MayBeAbsent,
  MayBeNull,
  TextRule,
} from '../input/fields.js';
import {
  APPROVAL_STATUSES,
  type ApprovalStatus,
  SIGN_UP_STATUSES,
  type SignUpStatus,
} from '../user/sso-user.entity.js';
import { USER_SORTS, type UserSort } from '../user/user-sort.js';
import type { UserFieldUse } from '../user/user-input.js';
import { canonicalKey, isKeyShort, isUsername } from '../user/username.js';
import { IsBoolean, isEmail, IsIn, IsInt, IsString, Max, Min } from '../input/validator.js';

const IsUsername = (): PropertyDecorator =>
  TextRule('isUsername', isUsername, { maxLength: 128, pattern: '^\\S+$' });

// `isEmail` throws on a lone surrogate.
const IsEmailAddress = (): PropertyDecorator =>
  TextRule('isEmailAddress', isEmailAddress, { format: 'email', maxLength: 254 });

function isEmailAddress(text: string): boolean {
  return isPlainText(text) && text.length <= 254 && isEmail(text) && isKeyShort(text);
}

/** A name to search for, whose search key fits its column too. */
function IsName(): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    IsPlainText()(target, property);
    FitsColumn(255, canonicalKey)(target, property);
  };
}

/** A new password, for `SsoUserService.changePassword`. */
export class ChangePasswordInput {
  /** Required to change your own password, refused otherwise. */
  @MayBeAbsent() @IsString() oldPassword?: string;
  @IsString() newPassword!: string;
  /** Whose password; absent = the caller's own. */
  @MayBeAbsent() @IsString() userId?: string;
  /** Super-users only: the person must choose a new password at the next login. Default `true` for another user. */
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** Super-users only: days until the new password expires; `null` = never, absent = the configured default. */
  @MayBeNull() @IsInt() @Min(1) passwordExpiry?: number | null;
}

/** Who wants in, for `SsoUserService.login`. */
export class LoginInput {
  @IsString() username!: string;
  @IsString() password!: string;
  /** Changes the password in the same step. */
  @MayBeAbsent() @IsString() newPassword?: string;
}

/** A stranger's registration, for `SsoUserService.signUp`. */
export class SignUpInput {
  /** @internal */
  static readonly userFields: UserFieldUse = { author: 'stranger', isNew: true };

  @IsUsername() username!: string;
  @MayBeNull() @IsEmailAddress() email?: string | null;
  @IsString() password!: string;
}

/**
 * What people may change of themselves, for `SsoUserService.updateCurrentUser`; `null` empties a field. The names are
 * fields of the user entity, like those of the host.
 */
export class UpdateCurrentUserInput {
  /** @internal */
  static readonly userFields: UserFieldUse = { author: 'self', isNew: false };

  @MayBeNull() @IsEmailAddress() email?: string | null;
  displayName?: string | null;
  firstName?: string | null;
  lastName?: string | null;
}

/** A new super-user, for `SsoUserService.createSuperUser`. */
export class CreateSuperUserInput extends UpdateCurrentUserInput {
  /** @internal */
  static override readonly userFields: UserFieldUse = { author: 'super-user', isNew: true };

  @IsUsername() username!: string;
  /** Absent = a random one, which is returned once. */
  @MayBeAbsent() @IsString() password?: string;
  /** Default: `true` when a super-user has a password generated for the new user, else `false`. */
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** Days until the password expires; `null` = never, absent = the configured default. */
  @MayBeNull() @IsInt() @Min(1) passwordExpiry?: number | null;
}

/** A new user, for `SsoUserService.createUser`. */
export class CreateUserInput extends CreateSuperUserInput {
  /** Whether the address is known to be the user's. Default `false`. */
  @MayBeAbsent() @IsBoolean() emailVerified?: boolean;
  @MayBeAbsent() @IsBoolean() isSuperUser?: boolean;
  /** Whether the user may log in at once; else a super-user approves first. Default `false`. */
  @MayBeAbsent() @IsBoolean() autoApprove?: boolean;
}

/** What super-users may change of a user, for `SsoUserService.updateUserById`. */
export class UpdateUserInput extends UpdateCurrentUserInput {
  /** @internal */
  static override readonly userFields: UserFieldUse = { author: 'super-user', isNew: false };

  /** Whether the address is known to be the user's; absent = no longer, if the address changes. */
  @MayBeAbsent() @IsBoolean() emailVerified?: boolean;
  @MayBeAbsent() @IsUsername() username?: string;
  @MayBeAbsent() @IsBoolean() isActive?: boolean;
  @MayBeAbsent() @IsBoolean() isSuperUser?: boolean;
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** An ISO 8601 instant; `null` = never. */
  @MayBeNull() @IsInstant() passwordExpiresAt?: Date | string | null;
}

/** A user of another system; see `SsoUserService.importUsers`. */
export class ImportUserInput extends UpdateCurrentUserInput {
  /** @internal */
  static override readonly userFields: UserFieldUse = { author: 'super-user', isNew: true };

  @IsUsername() username!: string;
  /** As the other system stored it, in a format that is known here; may be absent with `ImportOptions.withoutPassword`. */
  @MayBeNull() @IsString() @IsPlainText() @FitsColumn(255) passwordHash?: string | null;
  @MayBeAbsent() @IsBoolean() isSuperUser?: boolean;
  /** Default `true`. */
  @MayBeAbsent() @IsBoolean() isActive?: boolean;
  @MayBeAbsent() @IsBoolean() isLocked?: boolean;
  /** Default `'approved'`. */
  @MayBeAbsent() @IsIn(APPROVAL_STATUSES) approvalStatus?: ApprovalStatus;
  /** The user must choose a new password at the next login. */
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** An ISO 8601 instant; `null` = never, absent = the configured number of days from now. */
  @MayBeNull() @IsInstant() passwordExpiresAt?: Date | string | null;
  /** An ISO 8601 instant, like the next two; default now. */
  @MayBeAbsent() @IsInstant() passwordLastSet?: Date | string;
  /** Default now. */
  @MayBeAbsent() @IsInstant() createdAt?: Date | string;
  @MayBeNull() @IsInstant() lastLogin?: Date | string | null;
}

/** What an import does with users that it would refuse. */
export class ImportOptions {
  /** Those whose hash is absent, or in no format that is known here, come without a password, and cannot log in until one is set. Default `false`. */
  @MayBeAbsent() @IsBoolean() withoutPassword?: boolean;
  /** Users whose email address is taken are imported without it. Default `false`. */
  @MayBeAbsent() @IsBoolean() withoutTakenEmail?: boolean;
}

/** Which page of a list. */
export class PageInput {
  /** From 1; default 1. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(1_000_000) page?: number;
  /** 1 to 100; default 20. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(100) pageSize?: number;
}

/** Which users, for `SsoUserService.searchUsers`: those that meet every condition given. */
export class SearchUsersInput extends PageInput {
  /** Part of the user name, the email address or the display name. */
  @MayBeAbsent() @IsString() @IsPlainText() @FitsColumn(255) q?: string;
  @MayBeAbsent() @IsIn(SIGN_UP_STATUSES) signUpStatus?: SignUpStatus;
  @MayBeAbsent() @IsIn(APPROVAL_STATUSES) approvalStatus?: ApprovalStatus;
  @MayBeAbsent() @IsBoolean() locked?: boolean;
  @MayBeAbsent() @IsBoolean() superUser?: boolean;
  /** `false` = those who were deactivated. */
  @MayBeAbsent() @IsBoolean() active?: boolean;
  /** By what the list is sorted, `-` for the reverse; default `username`. */
  @MayBeAbsent() @IsIn(USER_SORTS) sort?: UserSort;
}

/** Who is looked for, for `SsoUserService.findUser`: the user who has every name given. */
export class FindUserInput {
  @MayBeAbsent() @IsName() username?: string;
  @MayBeAbsent() @IsName() email?: string;
}

/** Which events, for `SsoUserService.searchAuditEvents`: those that meet every condition given. */
export class SearchAuditInput extends PageInput {
  /** Name or id of a user whom the event concerns, or who acted. The id also finds a user who has been deleted. */
  @MayBeAbsent() @IsName() user?: string;
  /** `false` = only events without any known user, such as logins with a name that nobody has; `true` = only the others. */
  @MayBeAbsent() @IsBoolean() knownUser?: boolean;
  @MayBeAbsent() @IsIn(AUDIT_ACTIONS) action?: AuditAction;
  @MayBeAbsent() @IsIn(AUDIT_OUTCOMES) outcome?: AuditOutcome;
  /** The IP address of the client, whole. */
  @MayBeAbsent() @IsString() @IsPlainText() @FitsColumn(45) remoteAddress?: string;
  /** Not earlier than this. An ISO 8601 instant; a date alone means its beginning in UTC. */
  @MayBeAbsent() @IsInstant() since?: Date | string;
  /** Not later than this. An ISO 8601 instant; a date alone means its end in UTC. */
  @MayBeAbsent() @IsInstant() until?: Date | string;
}
