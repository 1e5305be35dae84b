import type { Limiter } from './limiter.js';
import type { ThrottleSettings } from './throttle.options.js';

/**
 * Slows down password guessing at one account: after the first failures, each further attempt waits twice as long as the one
 * before. An attempt is counted before it is verified, so that parallel attempts cannot exceed the limit.
 */
export class AccountBackoff {
  private readonly failures: Limiter;
  /** Allows one attempt per waiting time; full while the account has to wait. */
  private readonly cooldown: Limiter;
  private readonly cooldownCount: Limiter;

  /** @param attempts limits all attempts that are let through, whether they succeed or fail */
  constructor(
    private readonly limits: ThrottleSettings['account'],
    private readonly attempts: Limiter,
    limiter: (name: string, points: number, windowMs: number) => Limiter,
  ) {
    this.failures = limiter('failures', limits.failures, limits.window);
    this.cooldown = limiter('gate', 1, limits.wait);
    this.cooldownCount = limiter('waits', limits.failures, limits.window);
  }

  /**
   * Lets one attempt through and counts it as a failure until {@link clear} or {@link uncount}.
   *
   * @returns whether the next attempt has to wait
   * @throws TooManyAttemptsException while the account has to wait; such an attempt is not counted
   */
  async enter(account: string): Promise<boolean> {
    const waiting = await this.cooldown.waitMs(account);
    if (waiting > 0) throw await this.cooldown.refusal(account, waiting);
    const counted = await this.attempts.tryCount(account);
    if ('waitMs' in counted) throw await this.attempts.refusal(account, counted.waitMs);
    if ((await this.failures.forceCount(account)) < this.limits.failures) return false;

    const passed = await this.cooldown.tryCount(account);
    if ('waitMs' in passed) {
      await this.failures.uncount(account);
      throw await this.cooldown.refusal(account, passed.waitMs);
    }
    const doublings = (await this.cooldownCount.forceCount(account)) - 1;
    if (doublings > 0)
      await this.cooldown.block(account, Math.min(this.limits.wait * 2 ** doublings, this.limits.maxWait));
    return true;
  }

  /** Uncounts an attempt that could not be verified, because the database failed or a hook refused it. */
  async uncount(account: string, startedCooldown: boolean): Promise<void> {
    await this.failures.uncount(account);
    if (!startedCooldown) return;
    await this.cooldownCount.uncount(account);
    await this.cooldown.forget(account);
  }

  /** Deletes the failures of an account after a correct password. */
  async clear(account: string): Promise<void> {
    await Promise.all(
      [this.failures, this.cooldown, this.cooldownCount].map((limiter) => limiter.forget(account)),
    );
  }
}
