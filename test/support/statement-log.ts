import type { Logger } from 'typeorm';

/** What TypeORM has sent, in the order in which it was sent. */
export class StatementLog implements Logger {
  private readonly sent: string[] = [];

  logQuery(query: string): void {
    this.sent.push(query);
  }

  /** The statements of some work by verb and table, as they were written, and how many transactions they were in. */
  async during(
    work: () => Promise<unknown>,
  ): Promise<{ statements: string[]; queries: string[]; transactions: number }> {
    const from = this.sent.length;
    await work();
    const sent = this.sent.slice(from);
    return {
      statements: sent.map(summary).filter((statement) => statement !== undefined),
      queries: sent,
      transactions: sent.filter((query) => /^(START|BEGIN)/.test(query)).length,
    };
  }

  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

function summary(query: string): string | undefined {
  // However it is written, it is the sessions that a lookup looks for.
  if (/^SELECT\b.*\bsso_session\b/s.test(query)) return 'SELECT sso_session';
  const [, verb, table] =
    /^(SELECT|INSERT|UPDATE|DELETE)\b.*?\b(sso_\w+)/s.exec(query.replace(/^SELECT .*? FROM /s, 'SELECT ')) ??
    [];
  return verb === undefined ? undefined : `${verb} ${table}`;
}
