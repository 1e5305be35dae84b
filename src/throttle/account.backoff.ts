import type { Limiter } from './limiter.js';
import type { ThrottleSettings } from './throttle.options.js';

/**
 * Slows down password guessing at one account: after the first failures, each further attempt waits twice as long as the one
 * before. An attempt is counted before it is verified, so that parallel attempts cannot exceed the limit.
 */
export class AccountBackoff {
  private readonly failures: Limiter;
  /** Allows one attempt per waiting time; full while the account has to wait. */
  private readonly nextAttempt: Limiter;
  private readonly waits: Limiter;

  /** @param attempts limits all attempts that are let through, whether they succeed or fail */
  constructor(
    private readonly limits: ThrottleSettings['account'],
    private readonly attempts: Limiter,
    limiter: (name: string, points: number, windowMs: number) => Limiter,
  ) {
    this.failures = limiter('failures', limits.failures, limits.window);
    this.nextAttempt = limiter('gate', 1, limits.wait);
    this.waits = limiter('waits', limits.failures, limits.window);
  }

  /**
   * Lets one attempt through and counts it as a failure until {@link clear} or {@link withdraw}.
   *
   * @returns whether the next attempt has to wait
   * @throws TooManyAttemptsException while the account has to wait; such an attempt is not counted
   */
  async enter(account: string): Promise<boolean> {
    const waiting = await this.nextAttempt.waitMs(account);
    if (waiting > 0) throw await this.nextAttempt.refusal(account, waiting);
    const counted = await this.attempts.take(account);
    if ('waitMs' in counted) throw await this.attempts.refusal(account, counted.waitMs);
    if ((await this.failures.add(account)) < this.limits.failures) return false;

    const passed = await this.nextAttempt.take(account);
    if ('waitMs' in passed) {
      await this.failures.giveBack(account);
      throw await this.nextAttempt.refusal(account, passed.waitMs);
    }
    const doublings = (await this.waits.add(account)) - 1;
    if (doublings > 0)
      await this.nextAttempt.block(account, Math.min(this.limits.wait * 2 ** doublings, this.limits.maxWait));
    return true;
  }

  /** Uncounts an attempt that could not be verified, because the database failed or a hook refused it. */
  async withdraw(account: string, madeWait: boolean): Promise<void> {
    await this.failures.giveBack(account);
    if (!madeWait) return;
    await this.waits.giveBack(account);
    await this.nextAttempt.forget(account);
  }

  /** Deletes the failures of an account after a correct password. */
  async clear(account: string): Promise<void> {
    await Promise.all(
      [this.failures, this.nextAttempt, this.waits].map((limiter) => limiter.forget(account)),
    );
  }
}
