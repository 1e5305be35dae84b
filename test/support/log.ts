import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';

/** What the host would have printed. */
export class Log implements LoggerService {
  readonly lines: string[] = [];
  private taken = 0;

  log(...message: unknown[]): void {
    this.write('log', message);
  }

  error(...message: unknown[]): void {
    this.write('error', message);
  }

  warn(...message: unknown[]): void {
    this.write('warn', message);
  }

  fatal(...message: unknown[]): void {
    this.write('fatal', message);
  }

  debug(): void {}

  verbose(): void {}

  of(level: 'log' | 'error' | 'warn' | 'fatal'): string[] {
    return this.lines.filter((line) => line.startsWith(`${level}: `));
  }

  /** The errors since the last time. */
  takeErrors(): string[] {
    const found = [...this.of('error'), ...this.of('fatal')].slice(this.taken);
    this.taken += found.length;
    return found;
  }

  private write(level: string, message: unknown[]): void {
    const text = message.map((part) => (typeof part === 'string' ? part : inspect(part))).join(' ');
    this.lines.push(`${level}: ${text}`);
  }
}
