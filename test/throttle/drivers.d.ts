// The parts of these packages that the tests use; neither brings types of its own.

declare module 'pg' {
  export class Pool {
    constructor(options: { connectionString: string; max?: number; connectionTimeoutMillis?: number });
    query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    on(event: 'error', listener: (error: Error) => void): this;
    end(): Promise<void>;
  }
}

declare module 'better-sqlite3' {
  export default class Database {
    constructor(file: string);
    prepare(sql: string): { run(...values: unknown[]): unknown };
    close(): void;
  }
}
