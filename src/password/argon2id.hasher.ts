import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { equalizeTime, isSameDigest } from './bcrypt-digest.js';
import type { PasswordHasher } from './password-hasher.js';

/** The part of `@node-rs/argon2` that this module uses; the host may not have the types of the package. */
interface Argon2 {
  hashRaw(password: string, options: object): Promise<Buffer>;
}

interface Parts {
  /** Memory in KiB. */
  memory: number;
  passes: number;
  lanes: number;
  salt: Buffer;
  digest: string;
}

const FORMAT =
  /^\$argon2id\$v=19\$([mpt]=[1-9]\d{0,6}(?:,[mpt]=[1-9]\d{0,6}){2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Largest memory of one hash in KiB: 256 MiB, and four concurrent logins use four times as much. */
const MAX_MEMORY = 2 ** 18;

/** Largest product of memory (KiB) and passes: about a second of one thread. */
const MAX_WORK = 2 ** 20;

const MAX_LANES = 16;

const MISSING = 'Users with argon2id hashes cannot log in without a package: npm install @node-rs/argon2';

/**
 * Verifies argon2id hashes (RFC 9106), version 1.3, of older systems. The computation is in `@node-rs/argon2`, which a host
 * with such hashes has to install. The password is hashed as it was typed, without normalization, and the hashes are always
 * due for replacement.
 */
export class Argon2idHasher implements PasswordHasher {
  readonly id = 'argon2id';
  private readonly logger = new Logger('AuthModule');
  private loading: Promise<Argon2 | null> | undefined;

  /** @param rounds cost of the module's bcrypt hashes; a wrong password takes as long as one of those */
  constructor(
    private readonly rounds: number,
    private readonly load: () => Promise<Argon2> = () => import('@node-rs/argon2'),
  ) {}

  matches(stored: string): boolean {
    return parse(stored) !== null;
  }

  /** Returns why no argon2id hash can be verified in this installation; `null` if they can be. */
  async problem(): Promise<string | null> {
    return (await this.argon2()) ? null : MISSING;
  }

  async hash(password: string): Promise<string> {
    const argon2 = await this.argon2();
    if (!argon2) throw new Error(MISSING);
    // Second recommended option of RFC 9106 §4.
    const parts = { memory: 65536, passes: 3, lanes: 4, salt: randomBytes(16) };
    const digest = await digestOf(argon2, password, parts, 32);
    return `$argon2id$v=19$m=65536,t=3,p=4$${encode(parts.salt)}$${digest}`;
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const parts = parse(stored);
    if (!parts) return false;

    const started = performance.now();
    const isRight = await this.isRight(password, parts);
    if (!isRight) await equalizeTime(performance.now() - started, this.rounds);
    return isRight;
  }

  needsRehash(): boolean {
    return true;
  }

  private async isRight(password: string, parts: Parts): Promise<boolean> {
    const argon2 = await this.argon2();
    // The visitor gets no error, because it would tell a stranger that the account exists.
    if (!argon2) return false;
    const computed = await digestOf(argon2, password, parts, Buffer.from(parts.digest, 'base64').length);
    return isSameDigest(computed, parts.digest);
  }

  private argon2(): Promise<Argon2 | null> {
    this.loading ??= this.load().catch(() => {
      this.logger.error(MISSING);
      return null;
    });
    return this.loading;
  }
}

function parse(stored: string): Parts | null {
  const [, costs = '', salt = '', digest = ''] = FORMAT.exec(stored) ?? [];
  const cost = new Map(costs.split(',').map((one) => [one.slice(0, 1), Number(one.slice(2))]));
  const memory = cost.get('m') ?? 0;
  const passes = cost.get('t') ?? 0;
  const lanes = cost.get('p') ?? 0;
  // RFC 9106 §3.1: each lane needs at least 8 KiB.
  const isPossible = cost.size === 3 && lanes <= MAX_LANES && memory >= 8 * lanes;
  const isBearable = memory <= MAX_MEMORY && memory * passes <= MAX_WORK;
  const isCanonical = [salt, digest].every((text) => encode(Buffer.from(text, 'base64')) === text);
  if (!isPossible || !isBearable || !isCanonical) return null;
  return { memory, passes, lanes, salt: Buffer.from(salt, 'base64'), digest };
}

async function digestOf(
  { hashRaw }: Argon2,
  password: string,
  { memory: memoryCost, passes: timeCost, lanes: parallelism, salt }: Omit<Parts, 'digest'>,
  outputLen: number,
): Promise<string> {
  return encode(await hashRaw(password, { memoryCost, timeCost, parallelism, salt, outputLen }));
}

/** Encodes bytes as the reference implementation does: base64 without padding. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
