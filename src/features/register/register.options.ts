import type { Captcha } from '../../http/captcha.js';
import { captchaRule } from '../../http/captcha.rule.js';
import { oneOf, anyOf, flag, type Group, group, type Rule, text } from '../../input/option-check.js';
import { PageOptions } from '../../page/page.options.js';
import { APPROVAL_STATUSES, SIGN_UP_STATUSES, type SsoUserBase } from '../../user/sso-user.entity.js';
import type { UserValues } from '../../user/user.store.js';

/** Options of the registration. */
export class RegisterOptions extends PageOptions {
  /**
   * Where a registration leads.
   * @default the login page
   */
  redirectTo?: string | undefined;
  /**
   * Initial columns of registered users, such as `{ approvalStatus: 'approved' }` to let them log in immediately.
   * @default {} (a super-user approves first)
   */
  userDefaults?: UserValues | undefined;
  /**
   * A captcha for this page, such as `turnstile({ siteKey, secretKey })`.
   * @default none
   */
  captcha?: Captcha | undefined;
  /**
   * Shows the page, but registers nobody; for demos.
   * @default false
   */
  readOnly?: boolean | undefined;
}

const instant: Rule = { expected: 'a Date', accepts: (value) => value instanceof Date };
/** As long as the column. */
const languageTag: Rule = {
  expected: 'a language tag of at most 35 characters',
  accepts: (value) => text.accepts(value) && String(value).length <= 35,
};
const nullable = (rule: Rule): Rule => anyOf(rule, oneOf(null));

/** What may be said of the columns of this package; those of the host are looked at with its entity. */
const USER_DEFAULTS: Group = {
  names: {
    isActive: flag,
    isSuperUser: flag,
    isLocked: flag,
    approvalStatus: oneOf(...APPROVAL_STATUSES),
    signUpStatus: oneOf(...SIGN_UP_STATUSES),
    displayName: nullable(text),
    firstName: nullable(text),
    lastName: nullable(text),
    language: nullable(languageTag),
    lockedBy: nullable(text),
    lockedAt: nullable(instant),
    lastLogin: nullable(instant),
    createdAt: instant,
    updatedAt: instant,
  } satisfies Partial<Record<keyof SsoUserBase, Rule>>,
  isOpen: true,
};

/** What each option of the registration may be. */
export const REGISTER_RULES = group<RegisterOptions>({
  templatePath: text,
  redirectTo: text,
  userDefaults: USER_DEFAULTS,
  captcha: captchaRule,
  readOnly: flag,
});
