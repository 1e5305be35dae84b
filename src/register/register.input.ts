import { IsString } from 'class-validator';
import { SignUpInput } from '../user/user.inputs.js';

/** What the register page posts. */
export class RegisterForm extends SignUpInput {
  @IsString() confirmPassword!: string;
}
