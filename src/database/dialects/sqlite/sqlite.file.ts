import { statSync } from 'node:fs';

/** The file of a SQLite database as it was when it was opened. SQLite goes on with one that has been deleted. */
export class SqliteFile {
  private readonly opened: string | undefined;
  private checkedAt = 0;

  constructor(private readonly path: string) {
    this.opened = this.identity();
  }

  /** Whether its name still leads to it. */
  get isInPlace(): boolean {
    this.checkedAt = performance.now();
    return this.identity() === this.opened;
  }

  /** Whether it was looked at within so many milliseconds. */
  wasChecked(within: number): boolean {
    return performance.now() - this.checkedAt < within;
  }

  private identity(): string | undefined {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  }
}
