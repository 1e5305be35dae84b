import { performance } from 'node:perf_hooks';

/** Milliseconds between a failure of the store and the next probe. */
const PAUSE_MS = 2000;

/**
 * A circuit breaker for the throttle store, so that requests do not wait for a store that has failed. Attempts are counted in
 * memory until the store has answered a probe, which runs outside of requests.
 */
export class StoreBreaker {
  private probeAt: number | null = null;
  private isProbing = false;

  /** @param probe resolves if the store answers */
  constructor(private readonly probe: () => Promise<unknown>) {}

  /** Whether the store must not be used now. Starts a probe if one is due. */
  mustSkip(): boolean {
    if (this.probeAt === null) return false;
    if (!this.isProbing && performance.now() >= this.probeAt) void this.tryAgain();
    return true;
  }

  /** Opens the breaker after a failure of the store. */
  open(): void {
    this.probeAt ??= performance.now() + PAUSE_MS;
  }

  private async tryAgain(): Promise<void> {
    this.isProbing = true;
    try {
      await this.probe();
      this.probeAt = null;
    } catch {
      this.probeAt = performance.now() + PAUSE_MS;
    } finally {
      this.isProbing = false;
    }
  }
}
