import { Matches, IsOptional, registerDecorator, ValidateIf } from 'class-validator';

/** The field may be absent, but not `null`. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** The field may be absent or `null`. */
export const MayBeNull = (): PropertyDecorator => IsOptional();

/** Text that every database can store and every log can print: no control characters, no lone surrogates. */
export const IsPlainText = (): PropertyDecorator => Matches(/^[^\p{Cc}\p{Cs}]*$/u);

/** A `Date`, or an instant in ISO 8601 (RFC 3339), which must carry its time zone. */
export function IsInstant(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isInstant',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => toInstant(value) !== null,
        defaultMessage: () => '$property must be an ISO 8601 instant such as 2030-01-31T12:00:00Z',
      },
    });
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** The instant that `value` names (a bare date is midnight UTC), or `null` when it names none. */
export function toInstant(value: unknown): Date | null {
  const date =
    value instanceof Date ? value : new Date(typeof value === 'string' && INSTANT.test(value) ? value : NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}
