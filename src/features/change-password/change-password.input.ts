import { IsString } from '../../input/validator.js';

/** What the change-password page posts. */
export class ChangePasswordForm {
  /** `current_password` is Piccolo's name for it. */
  static readonly aliases = { current_password: 'old_password' };

  @IsString() oldPassword!: string;
  @IsString() newPassword!: string;
  @IsString() confirmNewPassword!: string;
}
