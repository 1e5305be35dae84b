import { CallContext } from './call-context.js';
import { Deadline } from './deadline.js';

/** Counts how long one request has waited for the database in total. */
export class TimeBudget {
  private static readonly context = new CallContext<TimeBudget>();
  private static readonly byRequest = new WeakMap<object, TimeBudget>();

  /** Milliseconds of all waits that have ended. */
  private spent = 0;
  private waiting = 0;
  private waitingSince = 0;

  /** Gives a request a budget, which everything that runs {@link within} it shares. */
  static open(request: object): void {
    TimeBudget.byRequest.set(request, new TimeBudget());
  }

  /** Runs work of a request with the budget of that request, if one was opened. */
  static within<T>(request: object, work: () => Promise<T>): Promise<T> {
    const budget = TimeBudget.byRequest.get(request);
    return budget ? TimeBudget.context.run(budget, work) : work();
  }

  /** Budget of the request that the caller belongs to. */
  static get current(): TimeBudget | undefined {
    return TimeBudget.context.current;
  }

  /** Runs work that serves many requests, and therefore uses the budget of none. */
  static detached<T>(work: () => T): T {
    return TimeBudget.context.detached(work);
  }

  /**
   * Waits for the database. Concurrent waits count once.
   *
   * @param limitMs milliseconds for the whole request
   * @throws DeadlineExceeded if they are used up before the work starts
   */
  async spend<T>(limitMs: number, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const now = performance.now();
    if (this.waiting++ === 0) this.waitingSince = now;
    try {
      const deadline = new Deadline(limitMs - this.spent - (now - this.waitingSince));
      deadline.check();
      return await work(deadline);
    } finally {
      if (--this.waiting === 0) this.spent += performance.now() - this.waitingSince;
    }
  }
}
