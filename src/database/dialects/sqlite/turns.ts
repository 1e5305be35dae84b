import type { Deadline } from '../../deadline.js';

/** Waiting for the database took too long; the message says for what. */
export class WaitedTooLong extends Error {}

/** Work that takes turns, first come, first served. */
export class Turns {
  private isTaken = false;
  private readonly next: (() => void)[] = [];

  /** Takes the turn if nobody has it; after the work, {@link pass} it on. */
  tryTake(): boolean {
    if (this.isTaken) return false;
    return (this.isTaken = true);
  }

  /** Takes the turn when those before have had theirs. @throws WaitedTooLong */
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
