import { IsString } from 'class-validator';
import { MayBeAbsent } from '../input/fields.js';

/** What the change-password page posts. */
export class ChangePasswordForm {
  @MayBeAbsent() @IsString() oldPassword?: string;
  /** Piccolo's name for `old_password`. */
  @MayBeAbsent() @IsString() currentPassword?: string;
  @IsString() newPassword!: string;
  @IsString() confirmNewPassword!: string;
}
