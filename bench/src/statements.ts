import type { Logger } from 'typeorm';

/** A statement, and the milliseconds it took. */
export interface Slow {
  text: string;
  time: number;
}

/** What TypeORM sends to the database: counted, and kept while somebody listens. */
export class Statements implements Logger {
  /** How many there were in all. */
  sent = 0;
  private texts: string[] | undefined;
  private slow: Slow[] | undefined;

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

  /** The statements that take over a millisecond while `work` runs. */
  async slowDuring(work: () => Promise<unknown>): Promise<Slow[]> {
    const slow: Slow[] = (this.slow = []);
    try {
      await work();
    } finally {
      this.slow = undefined;
    }
    return slow;
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
