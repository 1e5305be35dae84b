import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { TooManyAttemptsException } from '../auth.exceptions.js';
import { AuthSettings } from '../auth.settings.js';
import { systemNameOf } from '../user/caller.js';
import { canonicalKey } from '../user/username.js';
import { AccountBrake } from './account.brake.js';
import { addressKey } from './address.js';
import { DeviceTokens } from './device.tokens.js';
import { Limiter, makeTable } from './limiter.js';

const OUTAGE_EVERY_MS = 60_000;
/** A longer name is nobody's; only its start is looked at. */
const MAX_NAME = 256;

/** Who tries. */
export interface Attempter {
  remoteAddress?: string | undefined;
  /** The device cookie. */
  device?: string | undefined;
}

/** What came of an attempt. */
export interface Judgement {
  isRight: boolean;
  /** The new device cookie; only when it was right, and there are brakes. */
  device?: string;
}

/** The brakes on guessing: per account, per address, per user who changes the password. */
@Injectable()
export class Throttle implements OnModuleInit {
  private readonly logger = new Logger('AuthModule');
  private readonly brakes: Brakes | null;
  private outageAt = -Infinity;

  constructor(
    private readonly settings: AuthSettings,
    private readonly devices: DeviceTokens,
  ) {
    const { throttle } = settings;
    if (throttle === null) {
      this.brakes = null;
      return;
    }
    const limiter = (name: string, points: number, windowMs: number): Limiter =>
      new Limiter(name, points, windowMs, throttle.store, () => this.onOutage());
    this.brakes = {
      strangers: new AccountBrake(throttle.account, (name, ...rest) => limiter(name, ...rest)),
      devices: new AccountBrake(throttle.account, (name, ...rest) => limiter(`device_${name}`, ...rest)),
      logins: limiter('login_address', throttle.loginsPerAddress.attempts, throttle.loginsPerAddress.window),
      registrations: limiter(
        'register_address',
        throttle.registrationsPerAddress.attempts,
        throttle.registrationsPerAddress.window,
      ),
      oldPasswords: limiter('old_password', throttle.oldPasswords.attempts, throttle.oldPasswords.window),
    };
  }

  async onModuleInit(): Promise<void> {
    // Twice: two processes that start together can be in each other's way.
    await this.makeTable()
      .catch(() => this.makeTable())
      .catch(() => this.onOutage());
  }

  private async makeTable(): Promise<void> {
    if (this.settings.throttle) await makeTable(this.settings.throttle.store);
  }

  /**
   * Counts a login, then has it judged; a right one clears the count, one that could not be judged is taken back.
   *
   * @throws TooManyAttemptsException instead of judging
   */
  async login(username: string, attempter: Attempter, judge: () => Promise<boolean>): Promise<Judgement> {
    const { brakes } = this;
    if (brakes === null) return { isRight: await judge() };
    await this.takeForAddress(brakes.logins, attempter);
    const account = accountKey(username);
    const device = this.devices.find(attempter.device, account);
    const [brake, key] = device === null ? [brakes.strangers, account] : [brakes.devices, device];
    const madeWait = await brake.enter(key);
    const isRight = await orElse(judge, () => brake.withdraw(key, madeWait));
    if (!isRight) return { isRight };
    await brake.clear(key);
    return { isRight, device: this.devices.issue(attempter.device, account) };
  }

  /** Counts a registration. @throws TooManyAttemptsException */
  async registration(attempter: Attempter): Promise<void> {
    if (this.brakes) await this.takeForAddress(this.brakes.registrations, attempter);
  }

  /**
   * {@link login} for the old password of a user who changes it.
   *
   * @throws TooManyAttemptsException instead of judging
   */
  async oldPassword(userId: string, judge: () => Promise<boolean>): Promise<boolean> {
    const limiter = this.brakes?.oldPasswords;
    if (!limiter) return judge();
    await take(limiter, userId);
    const isRight = await orElse(judge, () => limiter.giveBack(userId));
    if (isRight) await limiter.forget(userId);
    return isRight;
  }

  private async takeForAddress(limiter: Limiter, attempter: Attempter): Promise<void> {
    // The system calls from nowhere.
    if (systemNameOf(attempter) === undefined) await take(limiter, addressKey(attempter.remoteAddress));
  }

  private onOutage(): void {
    const now = Date.now();
    if (now - this.outageAt < OUTAGE_EVERY_MS) return;
    this.outageAt = now;
    this.logger.warn(
      'The throttle store does not answer; attempts are counted in the memory of this process.',
    );
    // Its table may be what it lacks: it was down when the application started.
    void this.makeTable().catch(() => undefined);
  }
}

interface Brakes {
  strangers: AccountBrake;
  devices: AccountBrake;
  logins: Limiter;
  registrations: Limiter;
  oldPasswords: Limiter;
}

/** Has something judged; when that fails, undoes what was counted for it. */
async function orElse<T>(judge: () => Promise<T>, undo: () => Promise<void>): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    await undo();
    throw error;
  }
}

async function take(limiter: Limiter, key: string): Promise<void> {
  const counted = await limiter.take(key);
  if ('waitMs' in counted) throw new TooManyAttemptsException(counted.waitMs);
}

/** One key for all forms of a name; hashed, because a store is no place for what people type into the wrong field. */
function accountKey(username: string): string {
  return createHash('sha256')
    .update(canonicalKey(username.slice(0, MAX_NAME)))
    .digest('base64url');
}
