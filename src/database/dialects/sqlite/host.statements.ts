import type { Deadline } from '../../deadline.js';
import { WaitedTooLong } from './turns.js';

/** Milliseconds until whoever waits looks again: what does not go through TypeORM tells nobody of its end. */
const LOOK_AGAIN = 20;

/**
 * The host's statements, which wait while this module has a SQLite database to itself, or wants to have it next. SQLite
 * would have the whole process wait, or take both for one transaction.
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

  /** Keeps them out if none is running; later {@link letIn}. */
  tryKeepOut(): boolean {
    if (this.isKeptOut || this.running > 0 || this.isBusy()) return false;
    return (this.isKeptOut = true);
  }

  /** Keeps them out when the host has come to an end. @throws WaitedTooLong */
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

  /** Runs one. @throws WaitedTooLong */
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
