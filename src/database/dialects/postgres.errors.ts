import { codeIn, type DriverError, type DriverErrors, type RefusalKind, textIn } from './driver-errors.js';

/** Kinds by SQLSTATE. */
const KINDS: ReadonlyMap<string, RefusalKind> = new Map([
  ['23505', 'unique'],
  ['23503', 'foreign key'],
  ['23001', 'foreign key'],
  ['23502', 'not null'],
  ['23514', 'rule'],
  ['23P01', 'rule'],
  ['23000', 'rule'],
  ['44000', 'rule'],
  ['P0001', 'rule'],
]);

/** SQLSTATE classes about names, permissions, connections and resources, whose messages contain no value. */
const VALUELESS = /^(?:08|25|28|3D|3F|42|53|55|57|58)...$/;

export const postgresErrors: DriverErrors = {
  made: (error) => 'severity' in error || /^[0-9A-Z]{5}$/.test(codeIn(error)),
  kindOf: (error) => KINDS.get(codeIn(error)) ?? (/^22[0-9A-Z]{3}$/.test(codeIn(error)) ? 'data' : undefined),
  namesIn: (error) => {
    const column = textIn(error, 'column');
    return {
      table: textIn(error, 'table'),
      constraint: textIn(error, 'constraint'),
      columns: column === undefined ? keyColumns(error) : [column],
    };
  },
  // Serialization failure, and deadlock.
  isRepeatable: (error) => ['40001', '40P01'].includes(codeIn(error)),
  isAccessError: (error) => codeIn(error) === '42501',
  isSchemaError: (error) => /^(?:42P01|42703)$/.test(codeIn(error)),
  isServerResponse: (error) => textIn(error, 'severity') === 'ERROR',
  // PostgreSQL gets the values as parameters, apart from the statement.
  hasSafeMessage: (error) => VALUELESS.test(codeIn(error)),
};

/** Reads the columns of a key from the detail, the only place that names them; their values follow there. */
function keyColumns(error: DriverError): string[] | undefined {
  const [, list] = /^[^(]*\(([^()]+)\)=\(/.exec(textIn(error, 'detail') ?? '') ?? [];
  return list?.split(', ').map((name) => name.replaceAll('"', ''));
}
