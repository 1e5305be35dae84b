import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditLog } from '../audit/audit.log.js';
import { SessionSettings } from './session.options.js';
import { SessionService } from './session.service.js';

/** Deletes expired sessions and audit rows past their retention, every `session.sweepInterval`. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('AuthModule');
  private readonly closing = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly sessions: SessionService,
    private readonly audit: AuditLog,
    private readonly settings: SessionSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.sweepInterval === false) return;
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.sweepQuietly());
    }, this.settings.sweepInterval).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.closing.abort();
    await this.running;
  }

  /** Deletes expired rows now. Returns how many of each kind were deleted. */
  async sweep(signal?: AbortSignal): Promise<{ sessions: number; auditEvents: number }> {
    return { sessions: await this.sessions.sweep(signal), auditEvents: await this.audit.sweep(signal) };
  }

  private async sweepQuietly(): Promise<void> {
    try {
      await this.sweep(this.closing.signal);
    } catch (error) {
      this.logger.warn(`Expired rows could not be deleted: ${String(error)}`);
    }
  }
}
