import type { DataSource } from 'typeorm';

export type Row = Record<string, unknown>;

/**
 * The tables as they are, past entities and services: what a test asserts and how it moves time.
 * Instants are epoch milliseconds, flags 0 and 1.
 */
export class Rows {
  constructor(
    private readonly dataSource: DataSource,
    private readonly prefix = '',
  ) {}

  async all(table: string, where: Row = {}): Promise<Row[]> {
    const condition = this.list(where, ' AND ', 0);
    const rows: Row[] = await this.dataSource.query(
      `SELECT * FROM ${this.name(table)}${condition.sql && ` WHERE ${condition.sql}`}`,
      condition.values,
    );
    return rows.map(normalised);
  }

  async one(table: string, where: Row): Promise<Row> {
    const found = await this.all(table, where);
    const [row] = found;
    if (!row || found.length > 1)
      throw new Error(`${table}: ${found.length} rows for ${JSON.stringify(where)}`);
    return row;
  }

  async count(table: string, where: Row = {}): Promise<number> {
    return (await this.all(table, where)).length;
  }

  async update(table: string, where: Row, values: Row): Promise<void> {
    const set = this.list(values, ', ', 0);
    const condition = this.list(where, ' AND ', set.values.length);
    await this.dataSource.query(`UPDATE ${this.name(table)} SET ${set.sql} WHERE ${condition.sql}`, [
      ...set.values,
      ...condition.values,
    ]);
  }

  user(id: string): Promise<Row> {
    return this.one('sso_user', { id });
  }

  sessionsOf(userId: string): Promise<Row[]> {
    return this.all('sso_session', { user_id: userId });
  }

  private list(values: Row, separator: string, offset: number): { sql: string; values: unknown[] } {
    const names = Object.keys(values);
    return {
      sql: names
        .map((name, index) => `${this.quoted(name)} = ${this.parameter(offset + index + 1)}`)
        .join(separator),
      values: names.map((name) => bindable(values[name])),
    };
  }

  private name(table: string): string {
    return this.quoted(this.prefix + table);
  }

  private quoted(name: string): string {
    return this.dataSource.driver.escape(name);
  }

  private parameter(position: number): string {
    return this.dataSource.options.type === 'postgres' ? `$${position}` : '?';
  }
}

function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value ?? null;
}

// The drivers disagree on how a bigint and a boolean arrive.
function normalised(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, normalisedValue(name, value)]));
}

const numeric = /(_at|_last_set|last_login|_version|^at)$/;

function normalisedValue(name: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (numeric.test(name)) return Number(value);
  return value;
}
