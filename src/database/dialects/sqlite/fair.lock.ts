import type { Deadline } from '../../deadline.js';

/** A wait for the database took too long; the message says what it waited for. */
export class WaitTimeout extends Error {}

/** A fair lock: callers get it in the order in which they asked. */
export class FairLock {
  private isHeld = false;
  private readonly waiting: (() => void)[] = [];

  /** Acquires the lock if it is free; end it with {@link release}. Returns whether it did. */
  tryAcquire(): boolean {
    if (this.isHeld) return false;
    return (this.isHeld = true);
  }

  /** Waits for the lock, behind the callers that asked before. @throws WaitTimeout */
  async acquire(deadline?: Deadline): Promise<void> {
    if (this.tryAcquire()) return;
    await new Promise<void>((resolve, reject) => {
      const proceed = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(proceed), 1);
        reject(new WaitTimeout('work that came before was not done in time'));
      };
      const timer = deadline && setTimeout(giveUp, deadline.left);
      this.waiting.push(proceed);
    });
  }

  release(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.isHeld = false;
  }
}
