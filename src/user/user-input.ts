import type { Type } from '@nestjs/common';
import { defineFields, type Field, fieldsOf } from '../input/check-input.js';
import {
  FitsColumn,
  IsDay,
  IsNumber,
  IsPlainLines,
  IsPlainText,
  MayBeAbsent,
  MayBeNull,
} from '../input/fields.js';
import { copyRule, copyRules, limitOf } from '../input/host-rules.js';
import { IsBoolean, IsIn, IsInt, IsString } from '../input/validator.js';
import type { SsoUserBase } from './sso-user.entity.js';
import { fieldsFor, type UserFieldAuthor, type UserFieldDefinition } from './user-fields.js';
import { canonicalKey } from './username.js';

/** Which fields of the host an input class has in addition to its own fields. */
export interface UserFieldUse {
  author: UserFieldAuthor;
  /** Whether the user is new and must have all required fields. Otherwise, absent fields stay unchanged. */
  isNew: boolean;
}

/**
 * Columns of a user entity that are not the module's. Those marked with `@UserField()` may be given; others are refused as
 * unknown.
 */
export type OwnFields<User extends SsoUserBase> = {
  [
    Name in Exclude<keyof User, keyof SsoUserBase> as User[Name] extends (...given: never[]) => unknown
      ? never
      : Name
  ]?: User[Name] | undefined;
};

/** An input class. */
type InputClass<T extends object> = Type<T> & { userFields?: UserFieldUse };

const made = new WeakMap<Type, WeakMap<Type, Type>>();

/** Returns an input class extended by the fields of the user entity; the same class if it takes none. */
export function withUserFields<T extends object>(input: InputClass<T>, entity: Type<SsoUserBase>): Type<T> {
  const { userFields } = input;
  if (!userFields) return input;
  const ofEntity = made.get(entity) ?? new WeakMap<Type, Type>();
  made.set(entity, ofEntity);
  const found = ofEntity.get(input) ?? extended(input, entity, userFields);
  ofEntity.set(input, found);
  return found;
}

/** Creates a class with the rules of `input` and of the fields. It inherits only the static members of `input`. */
function extended(input: Type, entity: Type<SsoUserBase>, { author, isNew }: UserFieldUse): Type {
  const target = { [input.name]: class {} }[input.name] as Type;
  Object.setPrototypeOf(target, input);
  const described = new Map<string, Omit<Field, 'rules'>>();
  copyRules(input, target);
  for (const [property, field] of fieldsOf(input)) described.set(property, field);
  for (const field of fieldsFor(entity, author)) {
    const { property, nullable } = field;
    // A new user without a value gets the default anyway, whatever the rules say about values.
    const mayBeEmpty = field.mayBeEmpty && !isNew;
    const required = isNew && field.required;
    if (!required) (nullable ? MayBeNull() : MayBeAbsent())(target.prototype, property);
    addRules(field, target);
    described.set(property, { required, nullable, mayBeEmpty, filled: !isNew && !nullable && !mayBeEmpty });
  }
  defineFields(target, described);
  return target;
}

/** Adds the rules of the column first, then those of the host. */
function addRules(field: UserFieldDefinition, target: Type): void {
  const { property, rules, type, length, choices } = field;
  const add = (rule: PropertyDecorator): void => rule(target.prototype, property);
  if (type === 'text') {
    add(IsString());
    add(isMultiline(field) ? IsPlainLines() : IsPlainText());
  }
  if (type === 'integer') add(IsInt());
  if (type === 'number') add(IsNumber());
  if (type === 'boolean') add(IsBoolean());
  if (type === 'date') add(IsDay());
  const limit = Number(limitOf(rules, 'maxLength') ?? Infinity);
  if (length !== undefined && length < limit)
    add(property === 'displayName' ? FitsColumn(length, canonicalKey) : FitsColumn(length));
  if (choices && limitOf(rules, 'isIn') === undefined) add(IsIn(choices));
  for (const rule of rules) copyRule(rule, target);
}

/** Whether the texts of a field may have several lines. */
export function isMultiline({ options: { input }, isLong }: UserFieldDefinition): boolean {
  return input === 'textarea' || (input === undefined && isLong);
}
