import { SignUpInput } from '../../account/user.inputs.js';
import { IsString } from '../../input/validator.js';

/** What the register page posts. */
export class RegisterForm extends SignUpInput {
  @IsString() confirmPassword!: string;
}
