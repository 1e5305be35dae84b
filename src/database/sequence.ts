/** Runs work one after the other, whether or not the previous work succeeded. */
export class Sequence {
  private last: Promise<unknown> = Promise.resolve();

  add<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Waits until all work is done, including work that is added meanwhile. */
  async whenIdle(): Promise<void> {
    for (let last; last !== this.last;) {
      last = this.last;
      await last;
    }
  }
}
