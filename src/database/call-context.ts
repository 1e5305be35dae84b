import { AsyncLocalStorage } from 'node:async_hooks';

/** Passes a value to everything that runs within a piece of work, across its `await`s. */
export class CallContext<T> {
  private readonly storage = new AsyncLocalStorage<T | undefined>();
  /** Number of calls of {@link run} that have not ended. */
  private running = 0;

  /** Value of the innermost {@link run} that the caller runs in; `undefined` outside of every one. */
  get current(): T | undefined {
    return this.storage.getStore();
  }

  async run<Result>(value: T, work: () => Promise<Result>): Promise<Result> {
    this.running++;
    try {
      return await this.storage.run(value, work);
    } finally {
      // On Node 20 and 22, an enabled AsyncLocalStorage slows down every promise of the process.
      if (--this.running === 0) this.storage.disable();
    }
  }

  /** Runs `work` without a current value. */
  detached<Result>(work: () => Result): Result {
    return this.current === undefined ? work() : this.storage.run(undefined, work);
  }
}
