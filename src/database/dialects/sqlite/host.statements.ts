import type { Deadline } from '../../deadline.js';
import { WaitTimeout } from './fair.lock.js';

/** Milliseconds between two checks, because statements that bypass TypeORM send no notice when they end. */
const POLL_INTERVAL_MS = 20;

/**
 * Makes the host's statements wait while this module has a SQLite database to itself, or waits for it. Otherwise SQLite
 * would block the whole process, or treat the statements of both as one transaction.
 */
export class HostStatements {
  private running = 0;
  private isBlocked = false;
  private wanted = 0;
  private readonly watchers = new Set<() => void>();

  constructor(
    /** Whether the host is in a transaction. */
    private readonly isInTransaction: () => boolean,
    /** Whether the host is in a transaction that has to end first. */
    private readonly isBusy: () => boolean,
  ) {}

  /** Blocks the host's statements if none is running, until {@link unblock}. Returns whether it did. */
  tryBlock(): boolean {
    if (this.isBlocked || this.running > 0 || this.isBusy()) return false;
    return (this.isBlocked = true);
  }

  /** Waits until the host is idle and then blocks its statements, until {@link unblock}. @throws WaitTimeout */
  async block(deadline: Deadline): Promise<void> {
    this.wanted++;
    try {
      while (!this.tryBlock())
        await this.waitForChange(deadline, 'a transaction of the application has not ended in time');
    } finally {
      this.wanted--;
      this.notify();
    }
  }

  unblock(): void {
    this.isBlocked = false;
    this.notify();
  }

  /** Runs a statement of the host as soon as it may run. @throws WaitTimeout */
  async run<T>(statement: () => Promise<T>, deadline: Deadline): Promise<T> {
    while (this.isBlocked || (this.wanted > 0 && !this.isInTransaction())) {
      await this.waitForChange(deadline, 'a transaction of AuthModule has not ended in time');
    }
    this.running++;
    try {
      return await statement();
    } finally {
      this.running--;
      this.notify();
    }
  }

  private notify(): void {
    for (const watcher of this.watchers) watcher();
  }

  private async waitForChange(deadline: Deadline, otherwise: string): Promise<void> {
    if (deadline.isOver) throw new WaitTimeout(otherwise);
    await new Promise<void>((resolve) => {
      const look = (): void => {
        clearTimeout(timer);
        this.watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(look, Math.min(deadline.left, POLL_INTERVAL_MS));
      this.watchers.add(look);
    });
  }
}
