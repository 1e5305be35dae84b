import type { Type } from '@nestjs/common';
import { getMetadataArgsStorage } from 'typeorm';
import { wireName } from '../input/check-input.js';
import { type HostRule, limitOf, rulesOf } from '../input/host-rules.js';
import { oneOf, checkOptions, flag, group, object, text } from '../input/option-check.js';
import { nearest } from '../messages/nearest.js';
import { declaredFields, type UserFieldOptions } from './user-field.decorator.js';
import { SsoUserBase } from './sso-user.entity.js';

/** Type of the values of a field; a date is a text such as `2030-01-31`. */
type UserFieldType = 'text' | 'integer' | 'number' | 'boolean' | 'date';

/** A column that users or super-users fill in. */
export interface UserFieldDefinition {
  /** Name of the property of the entity. */
  property: string;
  /** Name in JSON and forms. */
  name: string;
  type: UserFieldType;
  options: UserFieldOptions;
  /** Rules of class-validator on the property, as the host wrote them. */
  rules: readonly HostRule[];
  /** Length of the column in code points. */
  length: number | undefined;
  /** Whether the column holds long texts. */
  isLong: boolean;
  /** All allowed values. */
  choices: readonly (string | number)[] | undefined;
  /** Whether an empty value is stored as `null`. */
  nullable: boolean;
  /** Whether an empty value is stored as the empty text, which is the default of the column. */
  mayBeEmpty: boolean;
  /** Whether the column can be `null`, at least for older users. */
  hasNull: boolean;
  /** Whether a new user must have a value. */
  required: boolean;
}

/** Who fills in a field: somebody who registers, the user, or a super-user, who fills in all fields. */
export type UserFieldAuthor = 'stranger' | 'self' | 'super-user';

type Column = ReturnType<typeof getMetadataArgsStorage>['columns'][number];

const TYPES: readonly (readonly [UserFieldType, readonly unknown[]])[] = [
  ['text', [String, 'varchar', 'nvarchar', 'character varying', 'char', 'character', 'nchar', 'citext']],
  ['text', ['text', 'tinytext', 'mediumtext', 'longtext', 'enum', 'simple-enum']],
  ['integer', [Number, 'int', 'int2', 'int4', 'integer', 'tinyint', 'smallint', 'mediumint']],
  ['number', ['float', 'float4', 'float8', 'double', 'double precision', 'real']],
  ['boolean', [Boolean, 'boolean', 'bool']],
  ['date', ['date']],
];

/** Types by rules, because with a transformer the column has another type than the property. */
const TYPES_BY_RULE: readonly (readonly [UserFieldType, string])[] = [
  ['text', 'isString'],
  ['integer', 'isInt'],
  ['number', 'isNumber'],
  ['boolean', 'isBoolean'],
];

/** Results of `typeof` for the values. */
const KINDS = {
  text: 'string',
  date: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
} as const;

const LONG = ['text', 'tinytext', 'mediumtext', 'longtext'];

/** Columns of the module that may be fields. The module alone writes the others. */
const NAMES: readonly string[] = ['displayName', 'firstName', 'lastName'];

const OPTIONS = group<UserFieldOptions>({
  label: text,
  help: text,
  register: flag,
  profile: flag,
  input: oneOf('text', 'textarea', 'email', 'tel', 'url'),
  autocomplete: text,
  choices: object,
});

const known = new WeakMap<Type<SsoUserBase>, readonly UserFieldDefinition[]>();

/**
 * Returns the columns of an entity that are marked with `@UserField()`, the names first.
 *
 * @throws Error with a sentence that says what to do if a column cannot be a field
 */
export function userFieldsOf(entity: Type<SsoUserBase>): readonly UserFieldDefinition[] {
  const found = known.get(entity) ?? readFields(entity);
  known.set(entity, found);
  return found;
}

/** Returns the fields that an author fills in. */
export function fieldsFor(entity: Type<SsoUserBase>, author: UserFieldAuthor): UserFieldDefinition[] {
  return userFieldsOf(entity).filter(
    ({ options: { register = false, profile = false } }) =>
      author === 'super-user' || (author === 'self' ? profile : register),
  );
}

/** Whether a field is one of the module's names, which every user has. */
export function isName({ property }: Pick<UserFieldDefinition, 'property'>): boolean {
  return NAMES.includes(property);
}

function readFields(entity: Type<SsoUserBase>): UserFieldDefinition[] {
  const columns = columnsOf(entity);
  return [...declaredFields(entity.prototype)].map(([property, options]) => {
    const place = `@UserField() on ${entity.name}.${property}`;
    checkOptions(options, OPTIONS, OPTIONS, `${place}: `);
    return definitionOf(
      property,
      options,
      columnFor(property, columns, place),
      rulesOf(entity, property, place),
      place,
    );
  });
}

/** Returns the columns of a class and its superclasses by property. */
function columnsOf(entity: typeof SsoUserBase | Type): ReadonlyMap<string, Column> {
  const columns = getMetadataArgsStorage().columns.filter(
    ({ target }) => target === entity || (typeof target === 'function' && entity.prototype instanceof target),
  );
  return new Map(columns.map((column) => [column.propertyName, column]));
}

function columnFor(property: string, columns: ReadonlyMap<string, Column>, place: string): Column {
  const column = columns.get(property);
  const ours = columnsOf(SsoUserBase);
  if (ours.has(property) && !isName({ property }))
    throw new Error(`${place}: nestjs-session-auth alone writes this column. Remove the decorator.`);
  if (column?.mode === 'regular' && column.options.select !== false) return column;
  const others = [...columns.keys()].filter(
    (one) => one !== property && (!ours.has(one) || isName({ property: one })),
  );
  const meant = nearest(property, others);
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new Error(`${place}: this is not a @Column() that is selected and can be written.${question}`);
}

function definitionOf(
  property: string,
  options: UserFieldOptions,
  { options: column }: Column,
  rules: readonly HostRule[],
  place: string,
): UserFieldDefinition {
  const type = typeOf(column, rules);
  if (type === undefined) {
    throw new Error(
      `${place}: a column of the type ${nameOf(column)} cannot be a field. Use a text, a whole number, a float, a boolean or a date` +
        (column.transformer
          ? ', and say with @IsString(), @IsInt(), @IsNumber() or @IsBoolean() what its transformer makes of it.'
          : '.'),
    );
  }
  if (options.input !== undefined && type !== 'text')
    throw new Error(`${place}: input is for texts, and this column is not one. Remove it.`);
  const own = rules.filter(({ isOptional }) => !isOptional);
  const choices = choicesOf(column, own);
  const kind = KINDS[type];
  if (choices?.some((choice) => typeof choice !== kind))
    throw new Error(`${place}: its choices are not of the type ${kind}, which its column has.`);
  const isOptional = own.length < rules.length || own.length === 0;
  const nullable = column.nullable === true && isOptional;
  const length = Number(column.length) || undefined;
  return {
    property,
    name: wireName(property),
    type,
    options,
    rules: own,
    length: type === 'text' && !column.transformer ? length : undefined,
    isLong: LONG.includes(String(column.type)),
    choices,
    nullable,
    mayBeEmpty: type === 'text' && column.default === '' && !nullable,
    hasNull: column.nullable === true,
    required: column.default === undefined && !(column.nullable && isOptional),
  };
}

function typeOf(
  { type, transformer, array }: Column['options'],
  rules: readonly HostRule[],
): UserFieldType | undefined {
  if (transformer) return TYPES_BY_RULE.find(([, name]) => rules.some((rule) => rule.name === name))?.[0];
  return array ? undefined : TYPES.find(([, types]) => types.includes(type))?.[0];
}

function nameOf({ type, array }: Column['options']): string {
  const name = typeof type === 'function' ? type.name : String(type);
  return array ? `${name}[]` : name;
}

function choicesOf(
  { enum: values }: Column['options'],
  rules: readonly HostRule[],
): (string | number)[] | undefined {
  const chosen: unknown = limitOf(rules, 'isIn') ?? (values && Object.values(values));
  return Array.isArray(chosen) ? chosen : undefined;
}
