import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { hash as argon2 } from '@node-rs/argon2';
import bcrypt from 'bcrypt';

/** A format in which another system stores passwords, written here apart from the code that reads it. */
export interface ForeignHash {
  name: string;
  /** The cost that the system itself gives new hashes. */
  usual: number;
  /** @param cost iterations, KiB of memory, or bcrypt's rounds; low by default */
  make(password: string, cost?: number): Promise<string>;
}

export const piccolo: ForeignHash = {
  name: 'Piccolo',
  usual: 600_000,
  async make(password, cost = 2) {
    const salt = randomBytes(16).toString('hex');
    return `pbkdf2_sha256$${cost}$${salt}$${pbkdf2Sync(password, salt, cost, 32, 'sha256').toString('hex')}`;
  },
};

export const django: ForeignHash = {
  name: 'Django',
  usual: 1_200_000,
  async make(password, cost = 2) {
    const salt = randomBytes(16).toString('base64url');
    return `pbkdf2_sha256$${cost}$${salt}$${pbkdf2Sync(password, salt, cost, 32, 'sha256').toString('base64')}`;
  },
};

export const passlib: ForeignHash = {
  name: 'passlib, as Zato stores it',
  usual: 120_000,
  async make(password, cost = 2) {
    const salt = randomBytes(64);
    const digest = pbkdf2Sync(password, salt, cost, 64, 'sha512');
    return `$pbkdf2-sha512$${cost}$${ab64(salt)}$${ab64(digest)}`;
  },
};

const plainBcrypt: ForeignHash = {
  name: 'bcrypt',
  usual: 12,
  make: (password, cost = 4) => bcrypt.hash(password, cost),
};

export const argon2id: ForeignHash = {
  name: 'argon2id',
  usual: 19_456,
  make: (password, cost = 8) => argon2(password, { memoryCost: cost, timeCost: 2, parallelism: 1 }),
};

export const foreignHashes: readonly ForeignHash[] = [piccolo, django, passlib, plainBcrypt, argon2id];

/** passlib's base64: no padding, and a dot for the plus. */
function ab64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '').replaceAll('+', '.');
}
