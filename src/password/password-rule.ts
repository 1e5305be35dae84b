/** The known names of the user whose password is checked. */
export interface PasswordRuleContext {
  username?: string | undefined;
  email?: string | null | undefined;
  displayName?: string | null | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/**
 * A rule of the host for new passwords, for instance that none appears in a known breach. It is checked together with this
 * module's rules wherever a password is chosen, and never at a login.
 */
export interface PasswordRule {
  /**
   * Stable code of the refusal: 1 to 64 letters, digits, `_`, `-`, `.` and `:`. It must not be a code with another meaning in
   * this module, such as `password_expired`.
   */
  readonly code: string;

  /**
   * Returns what is wrong with a password: a sentence for the person, or the key of a text in `messages` (`own.…`), which is
   * shown in the person's language; `null` or nothing if the password is good. Never put the password into the text.
   *
   * The module sets no timeout, so a rule that calls a server needs its own. If it throws or returns anything else, the
   * password is refused with 503 `service_unavailable`, and the reason is logged.
   *
   * @param password in the form that is hashed: NFKC
   */
  check(
    password: string,
    context: PasswordRuleContext,
  ): string | null | undefined | Promise<string | null | undefined>;
}
