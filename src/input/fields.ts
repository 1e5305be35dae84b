import { IsOptional, registerDecorator, ValidateIf } from 'class-validator';

/** The field may be absent, but not `null`. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** The field may be absent or `null`. */
export const MayBeNull = (): PropertyDecorator => IsOptional();

/** A rule on a text; whatever is no text breaks it. */
export function TextRule(name: string, holds: (text: string) => boolean, message: string): PropertyDecorator {
  return Rule(name, (value) => typeof value === 'string' && holds(value), message);
}

function Rule(name: string, validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      validator: { validate, defaultMessage: () => `$property ${message}` },
    });
}

/** Text that every database can store and every log can print: no control characters, no lone surrogates. */
export const IsPlainText = (): PropertyDecorator =>
  TextRule('isPlainText', isPlainText, 'must be text without control characters');

export function isPlainText(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}]*$/u.test(text);
}

/** A `Date`, or an instant in ISO 8601 (RFC 3339), which must carry its time zone. */
export const IsInstant = (): PropertyDecorator =>
  Rule(
    'isInstant',
    (value) => toInstant(value) !== null,
    'must be an ISO 8601 instant such as 2030-01-31T12:00:00Z',
  );

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** The instant that `value` names (a bare date is midnight UTC), or `null` when it names none. */
export function toInstant(value: unknown): Date | null {
  const date =
    value instanceof Date ? value : new Date(typeof value === 'string' && INSTANT.test(value) ? value : NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}
