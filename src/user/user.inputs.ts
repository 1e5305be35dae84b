import { IsBoolean, isEmail, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsInstant, IsPlainText, isPlainText, MayBeAbsent, MayBeNull, TextRule } from '../input/fields.js';
import type { ApprovalStatus, SignUpStatus } from './sso-user.entity.js';
import { isUsername } from './username.js';

const IsUsername = (): PropertyDecorator =>
  TextRule('isUsername', isUsername, 'must be 1 to 128 visible characters without spaces');

// `isEmail` throws on a lone surrogate.
const IsEmailAddress = (): PropertyDecorator =>
  TextRule(
    'isEmailAddress',
    (text) => isPlainText(text) && text.length <= 254 && isEmail(text),
    'must be an e-mail address',
  );

function IsName(): PropertyDecorator {
  return (target, property) => {
    IsString()(target, property);
    IsPlainText()(target, property);
    MaxLength(255)(target, property);
  };
}

/** See `SsoUserService.changePassword`. */
export class ChangePasswordInput {
  /** Required of everybody who changes the own password, refused from everybody else. */
  @MayBeAbsent() @IsString() oldPassword?: string;
  @IsString() newPassword!: string;
  /** Whose password; absent = the caller's own. */
  @MayBeAbsent() @IsString() userId?: string;
  /** Super-users only: the person must choose a new password at the next login. Default `true` for another user. */
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** Super-users only: days until the new password expires; `null` = never, absent = the configured default. */
  @MayBeNull() @IsInt() @Min(1) passwordExpiry?: number | null;
}

/** See `SsoUserService.login`. */
export class LoginInput {
  @IsString() username!: string;
  @IsString() password!: string;
  /** Changes the password in the same step. */
  @MayBeAbsent() @IsString() newPassword?: string;
}

/** See `SsoUserService.signUp`. */
export class SignUpInput {
  @IsUsername() username!: string;
  @MayBeNull() @IsEmailAddress() email?: string | null;
  @IsString() password!: string;
}

/** See `SsoUserService.updateCurrentUser`. */
export class UpdateCurrentUserInput {
  @MayBeNull() @IsEmailAddress() email?: string | null;
  @MayBeNull() @IsName() displayName?: string | null;
  @MayBeNull() @IsName() firstName?: string | null;
  @MayBeNull() @IsName() lastName?: string | null;
}

/** See `SsoUserService.createSuperUser`. */
export class CreateSuperUserInput extends UpdateCurrentUserInput {
  @IsUsername() username!: string;
  /** Absent = a random one, which is returned once. */
  @MayBeAbsent() @IsString() password?: string;
  /** Default: `true` when a super-user has a password generated for the new user, else `false`. */
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** Days until the password expires; `null` = never, absent = the configured default. */
  @MayBeNull() @IsInt() @Min(1) passwordExpiry?: number | null;
}

/** See `SsoUserService.createUser`. */
export class CreateUserInput extends CreateSuperUserInput {
  @MayBeAbsent() @IsBoolean() isSuperUser?: boolean;
  /** Whether the user may log in at once; else a super-user approves first. Default `false`. */
  @MayBeAbsent() @IsBoolean() autoApprove?: boolean;
}

/** See `SsoUserService.updateUserById`. */
export class UpdateUserInput extends UpdateCurrentUserInput {
  @MayBeAbsent() @IsUsername() username?: string;
  @MayBeAbsent() @IsBoolean() isActive?: boolean;
  @MayBeAbsent() @IsBoolean() isSuperUser?: boolean;
  @MayBeAbsent() @IsBoolean() mustChange?: boolean;
  /** An ISO 8601 instant; `null` = never. */
  @MayBeNull() @IsInstant() passwordExpiresAt?: Date | string | null;
}

/** Which page of a list. */
export class PageInput {
  /** From 1; default 1. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(1_000_000) page?: number;
  /** 1 to 100; default 20. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(100) pageSize?: number;
}

/** See `SsoUserService.searchUsers`. */
export class SearchUsersInput extends PageInput {
  /** Part of the user name, the e-mail address or the display name. */
  @MayBeAbsent() @IsString() @IsPlainText() @MaxLength(255) q?: string;
  @MayBeAbsent() @IsIn(['before_confirmation', 'final']) signUpStatus?: SignUpStatus;
  @MayBeAbsent() @IsIn(['approved', 'rejected', 'before_decision']) approvalStatus?: ApprovalStatus;
  @MayBeAbsent() @IsBoolean() locked?: boolean;
  @MayBeAbsent() @IsBoolean() superUser?: boolean;
}
