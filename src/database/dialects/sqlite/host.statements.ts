import type { Deadline } from '../../deadline.js';
import { WaitedTooLong } from './turns.js';

/** Milliseconds between two checks, because statements that bypass TypeORM send no notice when they end. */
const LOOK_AGAIN = 20;

/**
 * Makes the host's statements wait while this module has a SQLite database to itself, or waits for it. Otherwise SQLite
 * would block the whole process, or treat the statements of both as one transaction.
 */
export class HostStatements {
  private running = 0;
  private isKeptOut = false;
  private wanted = 0;
  private readonly watchers = new Set<() => void>();

  constructor(
    /** Whether the host is in a transaction. */
    private readonly isInTransaction: () => boolean,
    /** Whether the host is in a transaction that has to end first. */
    private readonly isBusy: () => boolean,
  ) {}

  /** Blocks the host's statements if none is running, until {@link letIn}. Returns whether it did. */
  tryKeepOut(): boolean {
    if (this.isKeptOut || this.running > 0 || this.isBusy()) return false;
    return (this.isKeptOut = true);
  }

  /** Waits until the host is idle and then blocks its statements, until {@link letIn}. @throws WaitedTooLong */
  async keepOut(deadline: Deadline): Promise<void> {
    this.wanted++;
    try {
      while (!this.tryKeepOut())
        await this.changed(deadline, 'a transaction of the application has not ended in time');
    } finally {
      this.wanted--;
      this.tell();
    }
  }

  letIn(): void {
    this.isKeptOut = false;
    this.tell();
  }

  /** Runs a statement of the host as soon as it may run. @throws WaitedTooLong */
  async run<T>(statement: () => Promise<T>, deadline: Deadline): Promise<T> {
    while (this.isKeptOut || (this.wanted > 0 && !this.isInTransaction())) {
      await this.changed(deadline, 'a transaction of AuthModule has not ended in time');
    }
    this.running++;
    try {
      return await statement();
    } finally {
      this.running--;
      this.tell();
    }
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  private async changed(deadline: Deadline, otherwise: string): Promise<void> {
    if (deadline.isOver) throw new WaitedTooLong(otherwise);
    await new Promise<void>((resolve) => {
      const look = (): void => {
        clearTimeout(timer);
        this.watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(look, Math.min(deadline.left, LOOK_AGAIN));
      this.watchers.add(look);
    });
  }
}
