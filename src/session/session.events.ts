import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { HostEvents } from '../host/host-events.js';
import { isError } from '../errors/is-error.js';

/** Sessions that have ended, however they did; what the event `sso.sessions.ended` says. */
export interface SessionsEnded {
  userId: string;
  /** The public ids of those that have ended; `null` = all that the user had. */
  sessionIds: string[] | null;
  /** The one that lives on, where it is all but one. */
  exceptSessionId?: string;
}

const NAME = 'sso.sessions.ended';

/** Tells the host that sessions have ended, through its event emitter. */
@Injectable()
export class SessionEvents {
  private readonly logger = new Logger('AuthModule');

  constructor(
    private readonly database: Database,
    private readonly host: HostEvents,
  ) {}

  /** Whether somebody may listen. */
  get areHeard(): boolean {
    return this.host.isThere;
  }

  /** Tells of it once the transaction of `manager` is committed, and never if it is not. */
  endedBy(manager: EntityManager, event: SessionsEnded): void {
    if (this.areHeard) this.database.afterCommit(manager, () => this.ended(event));
  }

  /** Tells of it now. What has happened cannot fail any more, so neither can this. */
  ended(event: SessionsEnded): void {
    try {
      this.host.emit(NAME, event);
    } catch (error) {
      this.logger.error(`A listener of ${NAME} failed: ${isError(error) ? error.name : typeof error}`);
    }
  }
}
