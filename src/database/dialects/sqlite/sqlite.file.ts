import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { ServiceUnavailableException } from '../../../errors/service-unavailable.exception.js';

/** Detects that the file of a SQLite database was deleted or replaced, because SQLite goes on writing to a deleted file. */
export class SqliteFile {
  private readonly logger = new Logger('AuthModule');
  private readonly opened: string | undefined;
  private checkedAt = 0;
  private isLost = false;

  constructor(private readonly path: string) {
    this.opened = this.identity();
  }

  /** Whether the file was checked within the last `within` milliseconds. */
  wasChecked(within: number): boolean {
    return performance.now() - this.checkedAt < within;
  }

  /** @throws ServiceUnavailableException if the path no longer leads to the file that was opened */
  check(): void {
    this.checkedAt = performance.now();
    const wasLost = this.isLost;
    this.isLost = this.identity() !== this.opened;
    if (!this.isLost) return;
    if (!wasLost) {
      this.logger.error(
        'The file of the SQLite database was deleted, moved or replaced while it was open. Everything written to it is ' +
          'lost. Stop the application, put the file back, and start it again.',
      );
    }
    throw new ServiceUnavailableException('database');
  }

  private identity(): string | undefined {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  }
}
