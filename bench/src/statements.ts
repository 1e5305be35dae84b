import type { Logger } from 'typeorm';

/** What TypeORM sends to the database: counted, and kept while somebody listens. */
export class Statements implements Logger {
  /** How many there were in all. */
  sent = 0;
  private texts: string[] | undefined;
  private slow: { text: string; time: number }[] | undefined;

  /** The texts of the statements sent while `work` runs. */
  async during(work: () => Promise<unknown>): Promise<string[]> {
    const texts: string[] = (this.texts = []);
    try {
      await work();
    } finally {
      this.texts = undefined;
    }
    return texts;
  }

  /** Milliseconds of each statement of over a millisecond that looks like this, while `work` runs. */
  async times(pattern: RegExp, work: () => Promise<unknown>): Promise<number[]> {
    const slow: { text: string; time: number }[] = (this.slow = []);
    try {
      await work();
    } finally {
      this.slow = undefined;
    }
    return slow.filter(({ text }) => pattern.test(text)).map(({ time }) => time);
  }

  logQuery(query: string): void {
    this.sent++;
    this.texts?.push(query);
  }

  logQuerySlow(time: number, query: string): void {
    this.slow?.push({ text: query, time });
  }

  logQueryError(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
