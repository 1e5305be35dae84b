import { performance } from 'node:perf_hooks';

/** How long a store that has failed is not asked. */
const PAUSE_MS = 2000;

/**
 * Leaves the throttle store alone once it has failed, so that nobody waits for it again: until it has answered a probe,
 * which runs apart from the requests, the memory of the process counts.
 */
export class StoreBreaker {
  private probeAt: number | null = null;
  private isProbing = false;

  /** @param probe resolves when the store answers */
  constructor(private readonly probe: () => Promise<unknown>) {}

  /** Whether the store is left alone. */
  isOpen(): boolean {
    if (this.probeAt === null) return false;
    if (!this.isProbing && performance.now() >= this.probeAt) void this.tryAgain();
    return true;
  }

  /** The store has failed. */
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
