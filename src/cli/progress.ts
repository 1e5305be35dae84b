import type { Io } from './io.js';

/** A bar on standard error, where that is a terminal. */
export class Progress {
  /** @param total bytes; 0 = nobody knows */
  constructor(
    private readonly io: Io,
    private readonly total: number,
  ) {}

  private get isShown(): boolean {
    return this.io.stderr.isTTY === true;
  }

  show(bytes: number, users: number): void {
    if (!this.isShown) return;
    const share = this.total > 0 ? Math.min(1, bytes / this.total) : 0;
    const bar = '#'.repeat(Math.round(share * 30)).padEnd(30, '.');
    this.io.stderr.write(
      `\r[${bar}] ${this.total > 0 ? `${Math.floor(share * 100)} %, ` : ''}${users} users`,
    );
  }

  /** Makes room for other lines. */
  clear(): void {
    if (this.isShown) this.io.stderr.write('\r\u001b[K');
  }
}
