import type { Type } from '@nestjs/common';
import { fieldsOf, wireName } from '../input/check-input.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { isName, userFieldsOf } from '../user/user-fields.js';
import { AUDIT_EVENT, CREATED_USER, PROFILE, SESSION } from './user.json.js';
import {
  ChangePasswordInput,
  CreateUserInput,
  ImportOptions,
  ImportUserInput,
  LoginInput,
  SearchUsersInput,
  SignUpInput,
  UpdateUserInput,
} from './user.inputs.js';

const INPUTS: readonly Type[] = [
  ChangePasswordInput,
  CreateUserInput,
  ImportOptions,
  ImportUserInput,
  LoginInput,
  SearchUsersInput,
  SignUpInput,
  UpdateUserInput,
];

/** Names that forms use outside of input classes, and names of columns that are never shown. */
const OTHERS = [
  'confirm_password',
  'confirm_new_password',
  'current_password',
  'csrf_token',
  'next',
  'shown',
  'message',
  'redirect_to',
  'remember_me',
  'code',
  'token',
  'username_key',
  'email_key',
  'display_name_key',
] as const;

/** Names that already have a meaning in forms or in JSON. */
function takenNames(): Set<string> {
  return new Set<string>([
    ...OTHERS,
    ...INPUTS.flatMap((input) => [...fieldsOf(input).keys()].map(wireName)),
    ...[CREATED_USER, PROFILE, SESSION, AUDIT_EVENT].flatMap(({ schema }) =>
      Object.keys(schema.properties ?? {}),
    ),
  ]);
}

/**
 * Checks the names under which the fields of a user entity are sent.
 *
 * @throws Error with a sentence that says what to do if a name already has another meaning
 */
export function checkFieldNames(entity: Type<SsoUserBase>): void {
  const taken = takenNames();
  for (const field of userFieldsOf(entity).filter((one) => !isName(one))) {
    const place = `@UserField() on ${entity.name}.${field.property}`;
    if (!/^[a-z][a-z0-9_]*$/.test(field.name))
      throw new Error(
        `${place}: "${field.name}" cannot be the name of a field. Use English letters and digits.`,
      );
    if (taken.has(field.name)) {
      throw new Error(
        `${place}: the field "${field.name}" has another meaning here, or is there twice. Give the property another name; ` +
          'the column can keep its own, with @Column({ name }).',
      );
    }
    taken.add(field.name);
  }
}
