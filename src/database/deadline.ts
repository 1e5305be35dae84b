import { setTimeout as sleep } from 'node:timers/promises';

/** The database has not answered before a {@link Deadline}. */
class DeadlineExceeded extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database did not answer in time.');
  }
}

/** Milliseconds of the first pause between two attempts, and of the longest one; see {@link Deadline.pause}. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 500;

/** Until when something has to be done. */
export class Deadline {
  private readonly at: number;

  /** @param timeout milliseconds from now */
  constructor(timeout: number) {
    this.at = performance.now() + timeout;
  }

  get isOver(): boolean {
    return this.left === 0;
  }

  /** Milliseconds. */
  get left(): number {
    return Math.max(0, this.at - performance.now());
  }

  /** The same, or that many milliseconds from now if this is sooner. */
  within(timeout: number): Deadline {
    return timeout < this.left ? new Deadline(timeout) : this;
  }

  /** @throws DeadlineExceeded when it is over */
  check(): void {
    if (this.isOver) throw new DeadlineExceeded();
  }

  /**
   * What the work answers, if it does so in time. What it still does later is not waited for.
   *
   * @param giveUp called once when it does not
   * @throws DeadlineExceeded
   */
  async race<T>(work: Promise<T>, giveUp: () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        giveUp();
        reject(new DeadlineExceeded());
      }, this.left);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /**
   * Waits before a further attempt, on average twice as long as before the last one. The pause is random, so that those who
   * were in each other's way do not meet again.
   *
   * @param attempt how many there have been
   */
  async pause(attempt: number): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
    await sleep(Math.min(Math.random() * longest, this.left));
  }
}
