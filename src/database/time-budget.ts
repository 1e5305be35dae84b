import { CallContext } from './call-context.js';
import { Deadline } from './deadline.js';

/** How long the database has kept one request waiting, over all that was asked of it. */
export class TimeBudget {
  private static readonly context = new CallContext<TimeBudget>();
  private static readonly byRequest = new WeakMap<object, TimeBudget>();

  /** Milliseconds, without what is being waited for now. */
  private spent = 0;
  private waiting = 0;
  private since = 0;

  /** Has all that is done {@link within} a request share one budget. */
  static open(request: object): void {
    TimeBudget.byRequest.set(request, new TimeBudget());
  }

  /** Runs what belongs to a request; one for which none was opened has none to share. */
  static within<T>(request: object, work: () => Promise<T>): Promise<T> {
    const budget = TimeBudget.byRequest.get(request);
    return budget ? TimeBudget.context.run(budget, work) : work();
  }

  /** The one of the request that the caller belongs to. */
  static get current(): TimeBudget | undefined {
    return TimeBudget.context.current;
  }

  /** Runs what is done for many requests. */
  static outside<T>(work: () => T): T {
    return TimeBudget.context.outside(work);
  }

  /**
   * Waits for the database. What waits at the same time counts once.
   *
   * @param most milliseconds for the whole request
   * @throws DeadlineExceeded when they are over
   */
  async spend<T>(most: number, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const now = performance.now();
    if (this.waiting++ === 0) this.since = now;
    try {
      const deadline = new Deadline(most - this.spent - (now - this.since));
      deadline.check();
      return await work(deadline);
    } finally {
      if (--this.waiting === 0) this.spent += performance.now() - this.since;
    }
  }
}
