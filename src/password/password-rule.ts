/** Whose password it will be, as far as that is known. */
export interface PasswordRuleContext {
  username?: string | undefined;
  email?: string | null | undefined;
  displayName?: string | null | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/**
 * A rule of the host's own for new passwords, for instance that none may be known from a breach. It is asked beside
 * those of this module wherever a password is chosen, and never at a login.
 */
export interface PasswordRule {
  /**
   * The stable code of its refusal, of 1 to 64 letters, digits, `_`, `-`, `.` and `:`; not one that means something else
   * here, such as `password_expired`.
   */
  readonly code: string;

  /**
   * What is wrong with a password, as a sentence for the person, or the name of a text in `messages` (`own.…`), which is
   * said in the person's language; `null` or nothing when it is good. Never put the password into it.
   *
   * Nothing here limits its time: what asks another server needs a limit of its own. When it throws, or answers something
   * else, the password is refused with 503 `service_unavailable`, and the log says why.
   *
   * @param password in the form that is hashed: NFKC
   */
  check(
    password: string,
    context: PasswordRuleContext,
  ): string | null | undefined | Promise<string | null | undefined>;
}
