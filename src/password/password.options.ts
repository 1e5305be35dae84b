import type { PasswordHasher } from './password-hasher.js';
import type { PasswordRule } from './password-rule.js';

/** Which passwords are accepted, how long they last and how they are stored. */
export class PasswordOptions {
  /**
   * Minimum length of a new password, in code points. NIST SP 800-63B-4 asks for 15 if the password is the only
   * factor.
   * @default 8
   */
  minLength = 8;

  /**
   * Maximum length of a password, in code points. A longer one is refused before any other work.
   * @default 256
   */
  maxLength = 256;

  /**
   * Words that a new password must not contain, in upper or lower case.
   * @default []
   */
  rejectList: string[] = [];

  /**
   * Whether the bundled common passwords are refused, in upper or lower case.
   * @default true
   */
  rejectCommon = true;

  /**
   * Names of the site or product. A new password must not contain them, nor the user's own names and email
   * address.
   * @default []
   */
  contextWords: string[] = [];

  /**
   * Additional rules of your own, such as a check for passwords from data breaches.
   * @default []
   */
  rules: PasswordRule[] = [];

  /**
   * Days until a new password expires; `null` = never, as NIST SP 800-63B-4 §3.1.1.2 recommends.
   * @default null
   */
  expiry: number | null = null;

  /**
   * A password is reported as about to expire this many days before its expiry.
   * @default 30
   */
  aboutToExpireThreshold = 30;

  /**
   * How many of the user's last passwords must not be used again.
   * @default 0
   */
  history = 0;

  /**
   * The bcrypt cost, as a power of two: each step doubles the time of a login. At least 10, except in tests.
   * @default 12
   */
  bcryptRounds = 12;

  /**
   * Additional formats of stored hashes. They are tried before those of Piccolo, Django, passlib, argon2id and
   * bcrypt.
   * @default []
   */
  hashers: PasswordHasher[] = [];
}

/** Throws an `Error` that says what to change when the options make no sense. */
export function checkPasswordOptions(options: PasswordOptions): void {
  const { minLength, maxLength, expiry, aboutToExpireThreshold, history, bcryptRounds } = options;

  demand(isWhole(minLength, 1), `Set password.minLength to a whole number of 1 or more, not ${minLength}.`);
  demand(
    isWhole(maxLength, minLength),
    `Set password.maxLength to a whole number of at least password.minLength (${minLength}), not ${maxLength}.`,
  );
  demand(
    expiry === null || isWhole(expiry, 1),
    `Set password.expiry to a whole number of days, 1 or more, or to null for never, not ${expiry}.`,
  );
  demand(
    aboutToExpireThreshold >= 0,
    `Set password.aboutToExpireThreshold to a number of days, 0 or more, not ${aboutToExpireThreshold}.`,
  );
  demand(isWhole(history, 0), `Set password.history to a whole number of 0 or more, not ${history}.`);
  demand(
    isWhole(bcryptRounds, 4) && bcryptRounds <= 31,
    `Set password.bcryptRounds to a whole number from 10 to 31, not ${bcryptRounds}.`,
  );
  demand(
    bcryptRounds >= 10 || process.env['NODE_ENV'] === 'test',
    `Set password.bcryptRounds to 10 or more, not ${bcryptRounds}; fewer are only for tests (NODE_ENV=test).`,
  );
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function demand(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
