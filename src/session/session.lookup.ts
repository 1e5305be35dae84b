import { Inject, Injectable, type Type } from '@nestjs/common';
import DataLoader from 'dataloader';
import { setImmediate } from 'node:timers';
import { Database } from '../database/database.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { USER_ENTITY } from '../user/user.tokens.js';
import {
  type LookupResult,
  type LookupStatement,
  lookupStatement,
  type SessionRow,
} from './lookup-statement.js';

const MAX_BATCH = 500;

// Saved at import, because the fake timers of a test runner would make requests wait forever.
const atEndOfTurn = setImmediate;

/** Milliseconds after which the next batch no longer waits for this one, because its connection may be dead. */
const BATCH_TIMEOUT_MS = 100;

/**
 * Looks up sessions in batches: requests that wait at the same time share one statement. The next batch is sent when the one
 * in flight has returned or has exceeded the batch timeout. Nothing is cached, so a result is never older than its request.
 */
@Injectable()
export class SessionLookup<User extends SsoUserBase = SsoUserBase> {
  private readonly loader = new DataLoader<string, SessionRow<User> | null>((hashes) => this.batch(hashes), {
    cache: false,
    maxBatchSize: MAX_BATCH,
    batchScheduleFn: (send) => this.schedule(send),
  });
  private waiting: (() => void)[] = [];
  private inFlight = 0;
  private statement: LookupStatement<User> | undefined;

  constructor(
    private readonly database: Database,
    @Inject(USER_ENTITY) private readonly userEntity: Type<User>,
  ) {}

  /** Returns the session with a token hash, live or not; `null` if there is none. */
  find(tokenHash: string): Promise<SessionRow<User> | null> {
    // A lookup in a transaction has to use its connection, so it cannot join a batch.
    if (this.database.isInTransaction) return this.findAlone(tokenHash);
    return this.database.waitForBatch(() => this.loader.load(tokenHash));
  }

  private async findAlone(tokenHash: string): Promise<SessionRow<User> | null> {
    const [found = null] = await this.lookUp([tokenHash]);
    if (found instanceof Error) throw found;
    return found;
  }

  private schedule(send: () => void): void {
    this.waiting.push(send);
    if (this.inFlight === 0) this.sendSoon();
  }

  /** Waits for the end of this turn of the event loop, so that requests that were read together share a batch. */
  private sendSoon(): void {
    atEndOfTurn(() => {
      if (this.inFlight > 0) return;
      const sends = this.waiting;
      this.waiting = [];
      for (const send of sends) send();
    });
  }

  private async batch(hashes: readonly string[]): Promise<LookupResult<User>[]> {
    const release = this.trackInFlight();
    try {
      return await this.database.detached(() => this.lookUp(hashes));
    } finally {
      release();
    }
  }

  private lookUp(hashes: readonly string[]): Promise<LookupResult<User>[]> {
    this.statement ??= lookupStatement(this.database, this.userEntity);
    return this.statement.run(hashes);
  }

  /** Counts a batch as in flight until the returned function is called or the batch timeout has passed. */
  private trackInFlight(): () => void {
    let isAwaited = true;
    const release = (): void => {
      if (!isAwaited) return;
      isAwaited = false;
      clearTimeout(overdue);
      this.inFlight--;
      this.sendSoon();
    };
    const overdue = setTimeout(release, BATCH_TIMEOUT_MS);
    this.inFlight++;
    return release;
  }
}
