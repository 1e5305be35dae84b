import { AsyncLocalStorage } from 'node:async_hooks';

/** A value that whatever is called from within a piece of work finds again, through all that it awaits. */
export class CallContext<T> {
  private readonly storage = new AsyncLocalStorage<T | undefined>();
  /** Pieces of work that have not ended. */
  private running = 0;

  /** The value of the work that the caller is part of. */
  get current(): T | undefined {
    return this.storage.getStore();
  }

  async run<Result>(value: T, work: () => Promise<Result>): Promise<Result> {
    this.running++;
    try {
      return await this.storage.run(value, work);
    } finally {
      // On Node 20 and 22 a context to keep makes every promise of the process slower.
      if (--this.running === 0) this.storage.disable();
    }
  }

  /** Runs something as if it were called from outside. */
  outside<Result>(work: () => Result): Result {
    return this.current === undefined ? work() : this.storage.run(undefined, work);
  }
}
