import type { Type } from '@nestjs/common';
import type { FieldError } from '../errors/auth.codes.js';
import type { AuthException } from '../errors/auth.exception.js';
import { InvalidFieldException, MissingFieldsException } from './input.exceptions.js';
import type { JsonSchema } from './json-schema.js';
import { isOwnKey } from '../messages/message.js';
import { type Phrase, remember, translatable } from '../messages/phrase.js';
import type { HostRule } from './host-rules.js';
import { isRuleName, phraseFor, type RuleName } from './rules.js';
import { getMetadataStorage, ValidationTypes, Validator } from './validator.js';

/** The rules that an input class declares for one field. */
export interface Field {
  required: boolean;
  /** Whether it may be absent, but not empty. @default false */
  filled?: boolean;
  /** Whether an empty text is a value, and not the same as none. @default false */
  mayBeEmpty?: boolean;
  /** Whether `null` is a valid value. */
  nullable: boolean;
  rules: readonly Rule[];
}

/** A rule of class-validator. */
interface Rule {
  /** A {@link RuleName}, or on a host's property any other name. */
  name: string;
  /** First argument of the rule, such as 1 for `Min(1)`. */
  limit: unknown;
  /** The part of a custom rule that JSON Schema can express. */
  context: JsonSchema | undefined;
  /** What the host has it say; see {@link HostRule}. */
  message?: HostRule['message'];
}

/** Whether a field has a rule. */
export function hasRule({ rules }: Field, name: RuleName): boolean {
  return rules.some((rule) => rule.name === name);
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

const validator = new Validator();

const known = new WeakMap<Type, ReadonlyMap<string, Field>>();

/** Returns the fields that an input class declares with class-validator. */
export function fieldsOf(input: Type): ReadonlyMap<string, Field> {
  const found = known.get(input) ?? readFields(input);
  known.set(input, found);
  return found;
}

/**
 * Says the fields of a class that is made at start-up, whose rules may have names that are not known here.
 *
 * @param described what is said beyond the rules that class-validator has for it
 */
export function defineFields(input: Type, described: ReadonlyMap<string, Omit<Field, 'rules'>>): void {
  const metadata = metadataOf(input).filter((rule) => !isCondition(rule));
  const fields = [...described].map(([property, field]): [string, Field] => [
    property,
    {
      ...field,
      rules: metadata
        .filter(({ propertyName }) => propertyName === property)
        .map(({ name, type, constraints = [], context, message }) => ({
          name: name ?? type,
          limit: constraints[0],
          context,
          message,
        })),
    },
  ]);
  known.set(input, new Map(fields));
}

function readFields(input: Type): ReadonlyMap<string, Field> {
  const metadata = metadataOf(input);
  const names = new Set(metadata.map((rule) => rule.propertyName));
  return new Map(
    [...names].map((property) => {
      const own = metadata.filter((rule) => rule.propertyName === property);
      const [conditions, rules] = [own.filter(isCondition), own.filter((rule) => !isCondition(rule))];
      return [
        property,
        {
          required: conditions.length === 0,
          nullable: conditions.some(({ name }) => name === 'isOptional'),
          rules: rules.map(ruleOf),
        },
      ];
    }),
  );
}

function metadataOf(input: Type): Metadata[] {
  return getMetadataStorage().getTargetValidationMetadatas(input, '', false, false);
}

function isCondition({ type }: Metadata): boolean {
  return type === ValidationTypes.CONDITIONAL_VALIDATION;
}

function ruleOf({ name, propertyName, constraints = [], context }: Metadata): Rule {
  // Thrown when a new input class is first used.
  if (!isRuleName(name)) throw new Error(`rules.ts has no text for the rule "${name}" of ${propertyName}.`);
  return { name, limit: constraints[0], context };
}

/** Returns the name of a field in JSON and in forms: snake_case. */
export function wireName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A checked input: its valid fields, and the exception for the others. */
export type Inspected<T extends object> =
  { refusal: null; valid: T } | { refusal: AuthException; valid: Partial<T> };

/**
 * Checks an input, and returns an instance of `input` with its declared fields only.
 *
 * @param keyOf returns the key of a field in `given`: its name, or {@link wireName}
 * @throws InvalidFieldException for unknown fields and wrong values; its errors include missing fields
 * @throws MissingFieldsException for required fields that are absent or empty
 */
export function checkInput<T extends object>(
  input: Type<T>,
  given: unknown,
  keyOf?: (field: string) => string,
): T {
  const { refusal, valid } = inspectInput(input, given, keyOf);
  if (refusal) throw refusal;
  return valid;
}

/** {@link checkInput} for callers that add errors before they throw. */
export function inspectInput<T extends object>(
  input: Type<T>,
  given: unknown,
  keyOf: (field: string) => string = (field) => field,
): Inspected<T> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const refusal = new InvalidFieldException([invalid('', { key: 'error.invalid_field.no_object' })]);
    return { refusal, valid: {} };
  }
  const fields = fieldsOf(input);
  const values = new Map<string, unknown>(Object.entries(given));
  const instance = new input();
  const missing: string[] = [];
  for (const [name, { required, filled = false, mayBeEmpty = false }] of fields) {
    const value = values.get(keyOf(name));
    if (value !== undefined && (value !== '' || mayBeEmpty)) Object.assign(instance, { [name]: value });
    else if (required || (filled && value === '')) missing.push(name);
  }

  const keys = new Set([...fields.keys()].map(keyOf));
  const wrong = validator
    .validateSync(instance, { forbidUnknownValues: false })
    .filter(({ property }) => !missing.includes(property));
  const errors = [
    ...[...values.keys()]
      .filter((key) => !keys.has(key))
      .map((key) => invalid(key, { key: 'error.invalid_field.unknown', values: { field: key } })),
    ...wrong.map(({ property, constraints = {} }) => ruleError(property, constraints, fields.get(property))),
  ];
  const absent = missing.map((name) => missingField(wireName(name)));
  if (errors.length + absent.length === 0) return { refusal: null, valid: instance };

  const valid: Partial<T> = instance;
  for (const { property } of wrong) Reflect.deleteProperty(valid, property);
  const refusal =
    errors.length > 0
      ? new InvalidFieldException(errors).withFieldErrors(absent)
      : new MissingFieldsException(absent);
  return { refusal, valid };
}

/** Returns the error of a required field that is absent or empty. */
export function missingField(field: string): FieldError {
  return translatable(
    { field, code: 'missing_fields' },
    { key: 'error.missing_fields.field', values: { field } },
  );
}

/** Returns the error of a value that breaks rules, with the text of the first one. @param said texts of class-validator, by rule */
function ruleError(
  property: string,
  said: Readonly<Record<string, string>>,
  field: Field | undefined,
): FieldError {
  const wrong = field?.rules.filter(({ name }) => Object.hasOwn(said, name)) ?? [];
  // A property may have one rule twice, such as `@Matches()`, and only one of them may be broken.
  const rule = wrong.find(({ name, message }) => message === said[name]) ?? wrong[0];
  if (!rule) throw new Error(`${property} is refused by no rule.`);
  const name = wireName(property);
  const { message } = rule;
  const other: Phrase = { key: 'error.invalid_field.other', values: { field: name } };
  if (typeof message === 'string' && isOwnKey(message))
    return remember({ ...invalid(name, other) }, { key: message, values: { field: name } });
  if (message) return { field: name, code: 'invalid_field', message: said[rule.name] ?? '' };
  return invalid(name, isRuleName(rule.name) ? phraseFor(rule.name, name, rule.limit) : other);
}

function invalid(field: string, phrase: Phrase): FieldError {
  return translatable({ field, code: 'invalid_field' }, phrase);
}
