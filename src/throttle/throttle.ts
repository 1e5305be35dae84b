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
/** Longest prefix of a name that is counted. No user has a longer name. */
const MAX_NAME = 256;

/** The source of an attempt. */
export interface AttemptSource {
  remoteAddress?: string | undefined;
  /** Value of the device cookie. */
  device?: string | undefined;
  /** Whether the attempt comes from the system, which has no address and may set any number of passwords. @default false */
  isSystem?: boolean;
}

/** A login that was let through. It counts as a failure of the account unless one of these methods is called. */
export interface CountedLogin {
  /** Deletes the account's failures, because the password was correct. */
  clear(): Promise<void>;
  /** Uncounts the login, because it could not be verified. */
  uncount(): Promise<void>;
}

/** Limits attempts per account, per address, and per user who sets passwords. */
@Injectable()
export class Throttle implements OnModuleInit {
  private readonly logger = new Logger('AuthModule');
  /** The limits; `null` if nothing is limited. Loaded at the first attempt, so that the application starts faster. */
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
    // Retried once, because two processes that start at the same time may conflict.
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
   * Counts a login before it is verified, so that parallel attempts cannot exceed the limit.
   *
   * @param holder finds the user with that name; called only if the browser sent a device cookie
   * @throws TooManyAttemptsException
   */
  async login(
    username: string,
    source: AttemptSource,
    holder: () => Promise<DeviceHolder | null>,
  ): Promise<CountedLogin> {
    const limits = await this.loadLimits();
    if (limits === null) return UNCOUNTED;
    await countForAddress(limits.loginsPerAddress, source);
    const isKnown = this.devices.isDevice(source.device) && this.isKnownDevice(source, await holder());
    // All known browsers of an account share one limit, so that stolen device cookies do not add guesses.
    const backoff = isKnown ? limits.knownBrowsers : limits.unknownBrowsers;
    const key = accountKey(username);
    const startedCooldown = await backoff.enter(key);
    return { clear: () => backoff.clear(key), uncount: () => backoff.uncount(key, startedCooldown) };
  }

  private isKnownDevice({ device }: AttemptSource, holder: DeviceHolder | null): boolean {
    return holder !== null && this.devices.isKnownDevice(device, holder);
  }

  /** Returns the device cookie for a browser that has just signed in; `undefined` if nothing is limited. */
  deviceOf({ device }: AttemptSource, holder: DeviceHolder): string | undefined {
    return this.settings.throttle === null ? undefined : this.devices.issue(device, holder);
  }

  /** Counts a registration. @throws TooManyAttemptsException */
  async registration(source: AttemptSource): Promise<void> {
    const limits = await this.loadLimits();
    if (limits) await countForAddress(limits.registrationsPerAddress, source);
  }

  /**
   * Counts an attempt to set a password, whether or not it succeeds.
   *
   * @param name id of the user who sets it; `null` for a visitor, whom other limits count
   * @throws TooManyAttemptsException
   */
  async change(name: string | null, source: AttemptSource): Promise<void> {
    if (name === null || source.isSystem) return;
    const limits = await this.loadLimits();
    if (limits === null) return;
    await countOrRefuse(limits.changesPerUser, name);
    await countForAddress(limits.changesPerAddress, source);
  }

  /**
   * Counts an attempt at the old password of a user who changes it, and then verifies it. A correct password deletes the count,
   * and an attempt that could not be verified is uncounted.
   *
   * @throws TooManyAttemptsException instead of verifying
   */
  async oldPassword(userId: string, verify: () => Promise<boolean>): Promise<boolean> {
    const limiter = (await this.loadLimits())?.oldPasswords;
    if (!limiter) return verify();
    await countOrRefuse(limiter, userId);
    try {
      const isRight = await verify();
      if (isRight) await limiter.forget(userId);
      return isRight;
    } catch (error) {
      await limiter.uncount(userId);
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
    // The store may lack its table, because it was down when the application started.
    void this.makeTable().catch(() => undefined);
  }
}

const UNCOUNTED: CountedLogin = {
  clear: async () => undefined,
  uncount: async () => undefined,
};

/** Whether a refusal repeats one of the same key and window that was already recorded. */
export function isRepeated(error: unknown): boolean {
  return error instanceof TooManyAttemptsException && !error.isFirst;
}

async function countForAddress(limiter: Limiter, source: AttemptSource): Promise<void> {
  if (!source.isSystem) await countOrRefuse(limiter, addressKey(source.remoteAddress));
}

async function countOrRefuse(limiter: Limiter, key: string): Promise<void> {
  const counted = await limiter.tryCount(key);
  if ('waitMs' in counted) throw await limiter.refusal(key, counted.waitMs);
}

/** Returns one key for all spellings of a name. It is hashed, because people type passwords into the wrong field. */
function accountKey(username: string): string {
  return createHash('sha256')
    .update(canonicalKey(username.slice(0, MAX_NAME)))
    .digest('base64url');
}
