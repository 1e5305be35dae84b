import { MayBeAbsent } from '../../input/fields.js';
import { LoginInput } from '../../account/user.inputs.js';
import { IsString } from '../../input/validator.js';

/** What the login page posts. */
export class LoginForm extends LoginInput {
  /** Where to go on; followed on our own origin only. */
  @MayBeAbsent() @IsString() next?: string;
}
