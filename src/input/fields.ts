import type { JsonSchema } from './json-schema.js';
import type { RuleName } from './rules.js';
import { IsOptional, registerDecorator, ValidateIf } from './validator.js';

/** Allows the field to be absent, but not `null`. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** Allows the field to be absent or `null`. */
export const MayBeNull = (): PropertyDecorator => IsOptional();

/** Adds a rule for texts; every other type breaks it. `schema` is the part of the rule that JSON Schema can express. */
export function TextRule(
  name: RuleName,
  holds: (text: string) => boolean,
  schema: JsonSchema = {},
): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && holds(value);
  return Rule(name, validate, { type: 'string', ...schema });
}

/**
 * Limits a text to `length` code points, the unit in which databases count the length of a column.
 *
 * @param forms other stored texts that are derived from this one and have the same limit
 */
export function FitsColumn(length: number, ...forms: ((text: string) => string)[]): PropertyDecorator {
  const fits = (text: string): boolean =>
    text.length <= 2 * length &&
    [text, ...forms.map((form) => form(text))].every((one) => [...one].length <= length);
  const validate = (value: unknown): boolean => typeof value === 'string' && fits(value);
  return Rule('maxLength', validate, { type: 'string', maxLength: length }, [length]);
}

function Rule(
  name: RuleName,
  validate: (value: unknown) => boolean,
  schema: JsonSchema,
  constraints: readonly unknown[] = [],
): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      constraints: [...constraints],
      target: target.constructor,
      propertyName: String(property),
      options: { context: schema },
      validator: { validate },
    });
}

/** Requires text that every database can store and every log can print: no control characters, no lone surrogates. */
export const IsPlainText = (): PropertyDecorator => TextRule('isPlainText', isPlainText);

export function isPlainText(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}]*$/u.test(text);
}

/** Requires a `Date`, or an instant in ISO 8601 (RFC 3339) with a time zone. */
export const IsInstant = (): PropertyDecorator =>
  Rule('isInstant', (value) => toInstant(value) !== null, { type: 'string', format: 'date-time' });

/** A finite number. */
export const IsNumber = (): PropertyDecorator =>
  Rule('isNumber', (value) => typeof value === 'number' && Number.isFinite(value), { type: 'number' });

/** A day as RFC 3339 writes it: `2030-01-31`. */
export const IsDay = (): PropertyDecorator =>
  Rule('isDay', (value) => typeof value === 'string' && isDay(value), { type: 'string', format: 'date' });

function isDay(text: string): boolean {
  // `toInstant` takes the 31st of February for the 2nd or 3rd of March.
  return /^\d{4}-\d\d-\d\d$/.test(text) && toInstant(text)?.toISOString().slice(0, 10) === text;
}

/** {@link IsPlainText} that may have several lines. */
export const IsPlainLines = (): PropertyDecorator =>
  TextRule('isPlainText', (text) => isPlainText(text.replaceAll(/[\t\n\r]/g, ' ')));

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Parses an instant; a date without a time is midnight UTC. Returns `null` if `value` is not an instant. */
export function toInstant(value: unknown): Date | null {
  const date =
    value instanceof Date ? value : new Date(typeof value === 'string' && INSTANT.test(value) ? value : NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The first instant that a value names, which was checked by {@link IsInstant}. */
export function startOf(value: Date | string | undefined): Date | undefined {
  return value === undefined ? undefined : (toInstant(value) ?? undefined);
}

/** The last instant that a value names: of a bare date, the last millisecond of that day in UTC. */
export function endOf(value: Date | string | undefined): Date | undefined {
  const start = startOf(value);
  return start && typeof value === 'string' && isDay(value) ? new Date(start.getTime() + 86_399_999) : start;
}
