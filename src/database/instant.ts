import { Column, type ColumnOptions, type ValueTransformer } from 'typeorm';

const instant: ValueTransformer = {
  to: (value: Date | null | undefined) => (value instanceof Date ? value.getTime() : value),
  // pg and mysql2 return a bigint as a string.
  from: (value: number | string | null) => (value === null ? null : new Date(Number(value))),
};

/**
 * Declares a column for an instant: milliseconds since 1970-01-01T00:00Z in a `bigint`, in every dialect.
 * A number has no time zone, so no driver, server or session setting can shift it.
 */
export function InstantColumn(
  name: string,
  options: Pick<ColumnOptions, 'nullable'> = {},
): PropertyDecorator {
  return Column({ ...options, name, type: 'bigint', transformer: instant });
}

/** Whether a column was declared with {@link InstantColumn}. */
export function isInstant({ transformer }: Pick<ColumnOptions, 'transformer'>): boolean {
  return transformer === instant;
}
