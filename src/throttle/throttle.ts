import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { TooManyAttemptsException } from './throttle.exceptions.js';
import { canonicalKey } from '../user/username.js';
import { addressKey } from '../input/address.js';
import { type DeviceHolder, DeviceTokens } from './device.tokens.js';
import { lazily } from '../host/lazily.js';
import type { Limiter } from './limiter.js';
import type { Limits } from './limits.js';
import { hasTable, ThrottleConfig } from './throttle.options.js';

const OUTAGE_EVERY_MS = 60_000;
/** A longer name is nobody's; only its start is looked at. */
const MAX_NAME = 256;

/** Who tries. */
export interface Attempter {
  remoteAddress?: string | undefined;
  /** The device cookie. */
  device?: string | undefined;
  /** The system comes from nowhere, and may set as many passwords as it has to. @default false */
  isSystem?: boolean;
}

/** A login that was let through; it counts as a failure of the account unless one of these says otherwise. */
export interface CountedLogin {
  /** The password was right: forgets the account's failures. */
  clear(): Promise<void>;
  /** It could not be verified: takes it back. */
  withdraw(): Promise<void>;
}

/** Limits attempts: per account, per address, per user who sets passwords. */
@Injectable()
export class Throttle implements OnModuleInit {
  private readonly logger = new Logger('AuthModule');
  /** `null` = nothing is limited. Loaded with the first attempt, because an application does not wait for it to start. */
  private readonly loadLimits = lazily(async (): Promise<Limits | null> => {
    const { throttle } = this.settings;
    if (throttle === null) return null;
    const { limitsOf } = await import('./limits.js');
    return limitsOf(throttle, () => this.onOutage());
  });
  private outageAt = -Infinity;

  constructor(
    private readonly settings: ThrottleConfig,
    private readonly devices: DeviceTokens,
  ) {}

  async onModuleInit(): Promise<void> {
    // Twice: two processes that start together can be in each other's way.
    await this.makeTable()
      .catch(() => this.makeTable())
      .catch(() => this.onOutage());
  }

  private async makeTable(): Promise<void> {
    const { throttle } = this.settings;
    if (throttle === null || !hasTable(throttle.store)) return;
    const { makeTable } = await import('./limits.js');
    await makeTable(throttle.store);
  }

  /**
   * Counts a login before it is verified, so that parallel ones cannot overshoot.
   *
   * @param holder finds the user of that name; asked only where the browser may be known
   * @throws TooManyAttemptsException
   */
  async login(
    username: string,
    attempter: Attempter,
    holder: () => Promise<DeviceHolder | null>,
  ): Promise<CountedLogin> {
    const limits = await this.loadLimits();
    if (limits === null) return UNCOUNTED;
    await takeForAddress(limits.loginsPerAddress, attempter);
    const isKnown = this.devices.isDevice(attempter.device) && this.knows(attempter, await holder());
    // All browsers that know the account share one count: a thief of several has no more guesses.
    const backoff = isKnown ? limits.devices : limits.strangers;
    const key = accountKey(username);
    const madeWait = await backoff.enter(key);
    return { clear: () => backoff.clear(key), withdraw: () => backoff.withdraw(key, madeWait) };
  }

  private knows({ device }: Attempter, holder: DeviceHolder | null): boolean {
    return holder !== null && this.devices.knows(device, holder);
  }

  /** The device cookie of a browser that has just signed in; `undefined` where nothing is limited. */
  deviceOf({ device }: Attempter, holder: DeviceHolder): string | undefined {
    return this.settings.throttle === null ? undefined : this.devices.issue(device, holder);
  }

  /** Counts a registration. @throws TooManyAttemptsException */
  async registration(attempter: Attempter): Promise<void> {
    const limits = await this.loadLimits();
    if (limits) await takeForAddress(limits.registrationsPerAddress, attempter);
  }

  /**
   * Counts a password that somebody sets, whatever comes of it.
   *
   * @param name who: the id of a user; `null` = a stranger, who is counted elsewhere
   * @throws TooManyAttemptsException
   */
  async change(name: string | null, attempter: Attempter): Promise<void> {
    if (name === null || attempter.isSystem) return;
    const limits = await this.loadLimits();
    if (limits === null) return;
    await take(limits.changesPerUser, name);
    await takeForAddress(limits.changesPerAddress, attempter);
  }

  /**
   * Counts a try at the old password of a user who changes it, then verifies it; a right one clears the count, one
   * that could not be verified is taken back.
   *
   * @throws TooManyAttemptsException instead of verifying
   */
  async oldPassword(userId: string, verify: () => Promise<boolean>): Promise<boolean> {
    const limiter = (await this.loadLimits())?.oldPasswords;
    if (!limiter) return verify();
    await take(limiter, userId);
    try {
      const isRight = await verify();
      if (isRight) await limiter.forget(userId);
      return isRight;
    } catch (error) {
      await limiter.giveBack(userId);
      throw error;
    }
  }

  private onOutage(): void {
    const now = Date.now();
    if (now - this.outageAt < OUTAGE_EVERY_MS) return;
    this.outageAt = now;
    this.logger.warn(
      'The throttle store does not respond; attempts are counted in the memory of this process.',
    );
    // Its table may be what it lacks: it was down when the application started.
    void this.makeTable().catch(() => undefined);
  }
}

const UNCOUNTED: CountedLogin = {
  clear: async () => undefined,
  withdraw: async () => undefined,
};

/** Whether a refusal is one of many of the same key and window, of which the first was recorded. */
export function isRepeated(error: unknown): boolean {
  return error instanceof TooManyAttemptsException && !error.isFirst;
}

async function takeForAddress(limiter: Limiter, attempter: Attempter): Promise<void> {
  if (!attempter.isSystem) await take(limiter, addressKey(attempter.remoteAddress));
}

async function take(limiter: Limiter, key: string): Promise<void> {
  const counted = await limiter.take(key);
  if ('waitMs' in counted) throw await limiter.refusal(key, counted.waitMs);
}

/** One key for all forms of a name; hashed, because a store is no place for what people type into the wrong field. */
function accountKey(username: string): string {
  return createHash('sha256')
    .update(canonicalKey(username.slice(0, MAX_NAME)))
    .digest('base64url');
}
