import type { Limiter } from './limiter.js';
import type { ThrottleSettings } from './throttle.options.js';

/**
 * Slows the guessing at one account down: some failures are free, then each has to wait longer than the last. Every
 * attempt is counted before it is verified, so that parallel ones cannot overshoot.
 */
export class AccountBackoff {
  private readonly failures: Limiter;
  /** Has room for the one attempt after which the next must wait. */
  private readonly nextAttempt: Limiter;
  private readonly waits: Limiter;

  /** @param attempts those that are let through, right or wrong */
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
   * Lets one attempt through and takes it for a failure until {@link clear} or {@link withdraw}.
   *
   * @returns whether the next attempt has to wait
   * @throws TooManyAttemptsException while the account waits; such an attempt is not counted
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

  /** Takes an attempt back that could not be verified: the database failed, or a hook refused. */
  async withdraw(account: string, madeWait: boolean): Promise<void> {
    await this.failures.giveBack(account);
    if (!madeWait) return;
    await this.waits.giveBack(account);
    await this.nextAttempt.forget(account);
  }

  /** Forgets an account's failures: the password was right. */
  async clear(account: string): Promise<void> {
    await Promise.all(
      [this.failures, this.nextAttempt, this.waits].map((limiter) => limiter.forget(account)),
    );
  }
}
