import { setTimeout as sleep } from 'node:timers/promises';

/** The database did not answer before a {@link Deadline}. */
class DeadlineExceeded extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database did not answer in time.');
  }
}

/** Milliseconds of the first backoff on average, and of the longest possible one; see {@link Deadline.pause}. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 500;

/** A point in time by which work has to be done. */
export class Deadline {
  private readonly expiresAt: number;

  /** @param timeout milliseconds from now */
  constructor(timeout: number) {
    this.expiresAt = performance.now() + timeout;
  }

  get isOver(): boolean {
    return this.left === 0;
  }

  /** Milliseconds until the deadline; 0 when it has passed. */
  get left(): number {
    return Math.max(0, this.expiresAt - performance.now());
  }

  /** Returns the earlier of this deadline and one in `timeout` milliseconds. */
  atMost(timeout: number): Deadline {
    return timeout < this.left ? new Deadline(timeout) : this;
  }

  /** @throws DeadlineExceeded if the deadline has passed */
  check(): void {
    if (this.isOver) throw new DeadlineExceeded();
  }

  /**
   * Waits for the work until the deadline. Work that takes longer continues, but its result is ignored.
   *
   * @param giveUp called once if the work is not done in time
   * @throws DeadlineExceeded if the work is not done in time
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
   * Waits before a retry: exponential backoff with full jitter, so that transactions in conflict do not meet again.
   *
   * @param attempt number of attempts so far
   */
  async pause(attempt: number): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
    await sleep(Math.min(Math.random() * longest, this.left));
  }
}
