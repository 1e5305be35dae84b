import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditLog } from '../audit/audit.log.js';
import { SessionSettings } from './session.options.js';
import { SessionService } from './session.service.js';

/** Deletes expired sessions, and audit rows past their retention, every `session.sweepInterval`. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('AuthModule');
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
      this.running = this.running.then(() => this.sweep());
    }, this.settings.sweepInterval).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      await this.sessions.sweep();
      await this.audit.sweep();
    } catch (error) {
      this.logger.warn(`What has expired could not be deleted: ${String(error)}`);
    }
  }
}
