import { Injectable, Logger } from '@nestjs/common';
import type { PasswordFailure, PasswordFailureCode } from './password-failure.js';
import { AuthException } from '../errors/auth.exception.js';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { isError } from '../errors/is-error.js';
import { Catalogue } from '../messages/catalogue.js';
import { isOwnKey } from '../messages/message.js';
import { type Phrase, remember, translatable } from '../messages/phrase.js';
import { lazily } from '../host/lazily.js';
import { commonPasswords } from './common-passwords.js';
import type { HashOrigin } from './hash-queue.js';
import { codePoints, fold, isLongerThan, isStorable, normalize } from './password-text.js';
import type { PasswordRule, PasswordRuleContext } from './password-rule.js';
import { PasswordOptions } from './password.options.js';
import { PasswordService } from './password.service.js';

/** The user whose password is checked; rules about absent values are skipped. */
export interface PasswordContext extends PasswordRuleContext {
  /** Current password in clear, already verified by the caller, which saves the verification of `currentHash`. */
  currentPassword?: string;
  /** Stored hash of the current password. */
  currentHash?: string | null;
  /** Stored hashes of earlier passwords that may not be used again. */
  previousHashes?: readonly string[];
}

/** What a password contains of its owner, or of the site. */
type Identity = 'username' | 'email' | 'name' | 'site';

/** Code points that a name must have to be searched for in a password, because shorter names occur in many good passwords. */
const MIN_NAME = 3;

/** The same for one word of a name, which may be only “van” or “the”. */
const MIN_NAME_WORD = 4;

/** The rules for new passwords. There are no rules about composition: spaces, digits only and emoji are allowed. */
@Injectable()
export class PasswordPolicy {
  private readonly logger = new Logger('AuthModule');
  private readonly common = lazily(() => commonPasswords(this.options.minLength));

  constructor(
    private readonly options: PasswordOptions,
    private readonly passwords: PasswordService,
    private readonly messages: Catalogue,
  ) {}

  /**
   * Returns every rule that `password` breaks; empty if it is good. `password_too_long` and `invalid_field` (NUL, a lone
   * surrogate) are returned alone, because the other rules are then not checked.
   *
   * @param origin of the hashes with which earlier passwords are verified
   * @throws ServiceUnavailableException if a rule of the host fails
   */
  async check(
    password: string,
    context: PasswordContext = {},
    origin?: HashOrigin,
  ): Promise<PasswordFailure[]> {
    const failures = await this.quickCheck(password, context);
    if (failures.some(({ code }) => code === 'password_too_long' || code === 'invalid_field'))
      return failures;
    failures.push(...(await this.hostFailures(password, context)));
    if (await this.isUnchanged(password, context, origin)) {
      failures.push(failure('password_unchanged'));
    }
    if (await this.isReused(password, context, origin)) {
      failures.push(failure('password_reused'));
    }
    return failures;
  }

  /**
   * Checks only the rules of {@link check} that are fast and reveal nothing about anyone's passwords: it verifies no hash and
   * calls no rule of the host.
   */
  async quickCheck(password: string, context: PasswordContext = {}): Promise<PasswordFailure[]> {
    const { minLength, maxLength } = this.options;
    if (typeof password === 'string' && isLongerThan(password, maxLength)) {
      return [failure('password_too_long', { max: maxLength })];
    }
    if (!isStorable(password)) {
      return [translatable({ code: 'invalid_field' }, { key: 'error.invalid_field.password' })];
    }

    const failures: PasswordFailure[] = [];
    if (codePoints(password) < minLength) {
      failures.push(failure('password_too_short', { min: minLength }));
    }
    if (await this.isTooCommon(password)) {
      failures.push(failure('password_too_common'));
    }
    const contained = this.identityIn(password, context);
    if (contained !== undefined) {
      const key = `error.password_contains_identity.${contained}` as const;
      failures.push(translatable({ code: 'password_contains_identity' }, { key }));
    }
    return failures;
  }

  private async isTooCommon(password: string): Promise<boolean> {
    const { rejectCommon, rejectList } = this.options;
    const folded = fold(password);
    // Every password contains the empty word, so it must not be looked for.
    if (rejectList.some((word) => word !== '' && folded.includes(fold(word)))) return true;
    if (!rejectCommon) return false;

    return (await this.common()).has(folded);
  }

  /** What a password contains of its owner; never the text itself, which may be all of the password. */
  private identityIn(password: string, context: PasswordContext): Identity | undefined {
    const { username, email, displayName, firstName, lastName } = context;
    const folded = fold(password);
    const has = (text: string | null | undefined, shortest = MIN_NAME): boolean =>
      contains(folded, text, shortest);
    const names = [displayName, firstName, lastName].map((name) => name?.trim());
    const parts = names.flatMap((name) => name?.split(/\s+/) ?? []);
    if (has(username)) return 'username';
    if (has(email) || has(email?.replace(/@[^@]*$/, ''))) return 'email';
    if (names.some((name) => has(name)) || parts.some((part) => has(part, MIN_NAME_WORD))) return 'name';
    return this.options.contextWords.some((word) => has(word)) ? 'site' : undefined;
  }

  /** Returns the failures of the host's rules. They run one after the other, because each may call another server. */
  private async hostFailures(
    password: string,
    { username, email, displayName, firstName, lastName }: PasswordContext,
  ): Promise<PasswordFailure[]> {
    // Hashes in the context are not passed to the host's rules.
    const context = { username, email, displayName, firstName, lastName };
    const failures: PasswordFailure[] = [];
    for (const rule of this.options.rules) {
      const text = await this.answerOf(rule, normalize(password), context);
      if (text !== null) failures.push(this.hostFailure(rule.code, text));
    }
    return failures;
  }

  /** Returns the result of a rule. If a rule fails, the password is refused, because a bad one would stay in use for long. */
  private async answerOf(
    rule: PasswordRule,
    password: string,
    context: PasswordRuleContext,
  ): Promise<string | null> {
    let answer: unknown;
    try {
      answer = (await rule.check(password, context)) ?? null;
    } catch (error) {
      if (error instanceof AuthException) throw error;
      // The message is not logged, because an error of an HTTP client may contain the request.
      throw this.ruleFailed(rule, nameOf(error), error);
    }
    // Untyped code may return anything, and `true` could mean good or bad.
    if (answer === null || typeof answer === 'string') return answer;
    throw this.ruleFailed(rule, `it returned a ${typeof answer} instead of a text or null`);
  }

  private ruleFailed({ code }: PasswordRule, reason: string, cause?: unknown): ServiceUnavailableException {
    this.logger.error(`The password rule ${code} failed, so the password is refused: ${reason}`);
    return new ServiceUnavailableException('password rule', cause);
  }

  private hostFailure(code: string, text: string): PasswordFailure {
    if (!isOwnKey(text) || !this.messages.has(text)) return { code, message: text };
    return remember({ code, message: this.messages.texts('en').say(text) }, { key: text });
  }

  private async isUnchanged(
    password: string,
    context: PasswordContext,
    origin?: HashOrigin,
  ): Promise<boolean> {
    const { currentPassword, currentHash } = context;
    if (currentPassword !== undefined) return normalize(password) === normalize(currentPassword);
    return currentHash ? this.passwords.verify(password, currentHash, origin) : false;
  }

  private async isReused(
    password: string,
    { previousHashes = [] }: PasswordContext,
    origin?: HashOrigin,
  ): Promise<boolean> {
    // One after the other, so that a long history does not fill the queue in which logins wait.
    for (const hash of previousHashes) {
      if (await this.passwords.verify(password, hash, origin)) return true;
    }
    return false;
  }
}

/** Whether a password contains the word. A word of fewer code points than `shortest` has to be the whole password. */
function contains(folded: string, text: string | null | undefined, shortest: number): boolean {
  if (!text) return false;
  const word = fold(text);
  return codePoints(word) < shortest ? folded === word : folded.includes(word);
}

function failure(
  code: Exclude<PasswordFailureCode, 'invalid_field' | 'password_contains_identity'>,
  values?: Phrase['values'],
): PasswordFailure {
  return translatable({ code }, { key: `error.${code}`, values });
}

/** Describes an error by its name and code, for instance `Error ENOTFOUND`. */
function nameOf(error: unknown): string {
  if (!isError(error)) return `a ${typeof error} was thrown`;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
