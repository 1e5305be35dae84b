import type { Deadline } from '../../deadline.js';

/** A wait for the database took too long; the message says what it waited for. */
export class WaitedTooLong extends Error {}

/** A fair lock: callers get their turns in the order in which they asked. */
export class Turns {
  private isTaken = false;
  private readonly next: (() => void)[] = [];

  /** Takes the turn if it is free; end it with {@link pass}. Returns whether it did. */
  tryTake(): boolean {
    if (this.isTaken) return false;
    return (this.isTaken = true);
  }

  /** Waits for the turn, behind the callers that asked before. @throws WaitedTooLong */
  async take(deadline?: Deadline): Promise<void> {
    if (this.tryTake()) return;
    await new Promise<void>((resolve, reject) => {
      const take = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        this.next.splice(this.next.indexOf(take), 1);
        reject(new WaitedTooLong('work that came before was not done in time'));
      };
      const timer = deadline && setTimeout(giveUp, deadline.left);
      this.next.push(take);
    });
  }

  pass(): void {
    const next = this.next.shift();
    if (next) next();
    else this.isTaken = false;
  }
}
