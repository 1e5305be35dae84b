import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { HostEvents } from '../host/host-events.js';
import { isError } from '../errors/is-error.js';

/** Payload of the event `sso.sessions.ended`: sessions that have ended, for whatever reason. */
export interface SessionsEnded {
  userId: string;
  /** Public ids of the sessions that have ended; `null` for all sessions of the user. */
  sessionIds: string[] | null;
  /** Public id of the session that was kept, if all others of the user have ended. */
  exceptSessionId?: string;
}

const NAME = 'sso.sessions.ended';

/** Emits an event to the host when sessions have ended. */
@Injectable()
export class SessionEvents {
  private readonly logger = new Logger('AuthModule');

  constructor(
    private readonly database: Database,
    private readonly host: HostEvents,
  ) {}

  /** Whether the host has an event emitter, so that someone may listen. */
  get hasListeners(): boolean {
    return this.host.hasEmitter;
  }

  /** Emits the event after the transaction of `manager` has been committed; never after a rollback. */
  emitAfterCommit(manager: EntityManager, event: SessionsEnded): void {
    if (this.hasListeners) this.database.afterCommit(manager, () => this.emit(event));
  }

  /** Emits the event now. An error in a listener is only logged, because the sessions have already ended. */
  emit(event: SessionsEnded): void {
    try {
      this.host.emit(NAME, event);
    } catch (error) {
      this.logger.error(`A listener of ${NAME} failed: ${isError(error) ? error.name : typeof error}`);
    }
  }
}
