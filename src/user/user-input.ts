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

/** Which fields of the host an input class has in addition to its own. */
export interface UserFieldUse {
  author: UserFieldAuthor;
  /** Whether it is about a new user, who has to have what is required; otherwise, what is absent stays as it is. */
  isNew: boolean;
}

/**
 * The columns of a user entity that are not of this module; those that are marked with `@UserField()` may be given. What
 * takes none of them refuses them as unknown.
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

/** An input class with the fields that the user entity has for it; the same class where it takes none. */
export function withUserFields<T extends object>(input: InputClass<T>, entity: Type<SsoUserBase>): Type<T> {
  const { userFields } = input;
  if (!userFields) return input;
  const ofEntity = made.get(entity) ?? new WeakMap<Type, Type>();
  made.set(entity, ofEntity);
  const found = ofEntity.get(input) ?? extended(input, entity, userFields);
  ofEntity.set(input, found);
  return found;
}

/** A class that has the rules of `input`, and those of the fields; it inherits nothing but what is static. */
function extended(input: Type, entity: Type<SsoUserBase>, { author, isNew }: UserFieldUse): Type {
  const target = { [input.name]: class {} }[input.name] as Type;
  Object.setPrototypeOf(target, input);
  const described = new Map<string, Omit<Field, 'rules'>>();
  copyRules(input, target);
  for (const [property, field] of fieldsOf(input)) described.set(property, field);
  for (const field of fieldsFor(entity, author)) {
    const { property, nullable } = field;
    // A new user has it empty anyway, whatever the rules say of what is filled in.
    const mayBeEmpty = field.mayBeEmpty && !isNew;
    const required = isNew && field.required;
    if (!required) (nullable ? MayBeNull() : MayBeAbsent())(target.prototype, property);
    addRules(field, target);
    described.set(property, { required, nullable, mayBeEmpty, filled: !isNew && !nullable && !mayBeEmpty });
  }
  defineFields(target, described);
  return target;
}

/** What a value has to be for the column first, then what the host wants of it. */
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

/** Whether its texts may have several lines. */
export function isMultiline({ options: { input }, isLong }: UserFieldDefinition): boolean {
  return input === 'textarea' || (input === undefined && isLong);
}
