import type { Type } from '@nestjs/common';
import { getMetadataStorage, validateSync, ValidationTypes } from 'class-validator';
import { type FieldError, InvalidFieldException, MissingFieldsException } from '../auth.exceptions.js';

/** What an input class says of one of its fields. */
export interface Field {
  required: boolean;
  /** Names of its class-validator constraints, for instance `isBoolean`. */
  constraints: ReadonlySet<string>;
}

const known = new WeakMap<Type, ReadonlyMap<string, Field>>();

/** The fields that an input class declares through class-validator. */
export function fieldsOf(input: Type): ReadonlyMap<string, Field> {
  const found = known.get(input) ?? readFields(input);
  known.set(input, found);
  return found;
}

function readFields(input: Type): ReadonlyMap<string, Field> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(input, '', false, false);
  const names = new Set(rules.map((rule) => rule.propertyName));
  return new Map(
    [...names].map((name) => {
      const own = rules.filter((rule) => rule.propertyName === name);
      return [
        name,
        {
          required: !own.some((rule) => rule.type === ValidationTypes.CONDITIONAL_VALIDATION),
          constraints: new Set(own.flatMap((rule) => rule.name ?? [])),
        },
      ];
    }),
  );
}

/** The name of a field in JSON and in forms: snake_case. */
export function wireName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * A checked instance of `input`, made of its declared fields only.
 *
 * @param keyOf the key under which `given` holds a field: its own name, or {@link wireName}
 * @throws InvalidFieldException for unknown fields and wrong values, all of them at once
 * @throws MissingFieldsException for required fields that are absent or empty
 */
export function checkInput<T extends object>(
  input: Type<T>,
  given: unknown,
  keyOf: (field: string) => string = (field) => field,
): T {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidFieldException([invalid('', 'Send an object with fields.')]);
  }
  const fields = fieldsOf(input);
  const values = new Map<string, unknown>(Object.entries(given));
  const instance = new input();
  const missing: string[] = [];
  for (const [name, { required }] of fields) {
    const value = values.get(keyOf(name));
    if (value !== undefined && value !== '') Object.assign(instance, { [name]: value });
    else if (required) missing.push(name);
  }

  const keys = new Set([...fields.keys()].map(keyOf));
  const errors = [
    ...[...values.keys()]
      .filter((key) => !keys.has(key))
      .map((key) => invalid(key, `${key} is not a known field.`)),
    ...validateSync(instance, { forbidUnknownValues: false })
      .filter(({ property }) => !missing.includes(property))
      .map(({ property, constraints = {} }) => {
        const [reason = `${property} is not valid`] = Object.values(constraints);
        return invalid(wireName(property), `${reason.replace(property, wireName(property))}.`);
      }),
  ];
  if (errors.length > 0) throw new InvalidFieldException(errors);
  if (missing.length > 0) {
    throw new MissingFieldsException(missing.map((name) => missingField(wireName(name))));
  }
  return instance;
}

/** The error of a required field that is absent or empty. */
export function missingField(field: string): FieldError {
  return { field, code: 'missing_fields', message: `${field} is required.` };
}

function invalid(field: string, message: string): FieldError {
  return { field, code: 'invalid_field', message };
}
