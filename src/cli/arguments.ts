import { parseArgs } from 'node:util';
import { messageOf, UsageError } from './errors.js';
import type { Option } from './option.js';

/** The options that every command takes. */
export const COMMON: Readonly<Record<string, Option>> = {
  'data-source': {
    type: 'string',
    short: 'd',
    value: '<file>',
    help: 'module that exports your TypeORM DataSource',
  },
  'database-url': {
    type: 'string',
    value: '<url>',
    help: 'sqlite:<file>, postgres://, mysql:// or mariadb://; default: DATABASE_URL in the environment',
  },
  options: {
    type: 'string',
    value: '<file>',
    help: 'module that exports your AuthModule options as authOptions; uses `password`, `audit` and `messages`',
  },
  json: { type: 'boolean', help: 'print JSON on standard output' },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
};

/** What a command takes. */
interface Taken {
  options: Readonly<Record<string, Option>>;
  positionals: readonly string[];
}

/** The arguments of one call. */
export class Arguments {
  private constructor(
    private readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>,
    private readonly positionals: readonly string[],
  ) {}

  /**
   * @param taken the options and positionals that there are
   * @throws UsageError
   */
  static parse(taken: Taken, given: string[]): Arguments {
    const options = { ...COMMON, ...taken.options };
    const { values, positionals } = parsed(options, given);
    // Not which one: it may be a password.
    if (positionals.length > taken.positionals.length) {
      throw new UsageError('Too many arguments. See --help.');
    }
    return new Arguments(values, positionals);
  }

  flag(name: string): boolean | undefined {
    const value = this.values[name];
    return typeof value === 'boolean' ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The values of an option that may be given several times. */
  texts(name: string): string[] {
    const values = this.values[name];
    return Array.isArray(values) ? values.map(String) : [];
  }

  /** @throws UsageError when the value is not a whole number */
  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name}: "${text}" is not a whole number.`);
    return Number(text);
  }

  /** `--expiry`: days, or `null` for `never`. @throws UsageError */
  expiry(): number | null | undefined {
    return this.text('expiry') === 'never' ? null : this.integer('expiry');
  }

  positional(index: number): string | undefined {
    return this.positionals[index];
  }
}

function parsed(options: Readonly<Record<string, Option>>, args: string[]) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short && { short }) },
    ]),
  );
  try {
    return parseArgs({ args, options: config, allowPositionals: true, allowNegative: true });
  } catch (error) {
    if (args.some((arg) => /^--password(=|$)/.test(arg))) {
      throw new UsageError(
        'Do not put a password on the command line, where others can see it. Use --password-stdin.',
      );
    }
    throw new UsageError(`${messageOf(error).split('. ')[0]}.`, error);
  }
}
