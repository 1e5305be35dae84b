/** Work that is done one after the other, whether or not what came before succeeded. */
export class Sequence {
  private last: Promise<unknown> = Promise.resolve();

  add<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when nothing is left to do, also of what is added meanwhile. */
  async drained(): Promise<void> {
    for (let last; last !== this.last;) {
      last = this.last;
      await last;
    }
  }
}
