import type { Type } from '@nestjs/common';
import type { LoginHooks } from '../../account/login.hooks.js';
import type { Captcha } from '../../http/captcha.js';
import { captchaRule } from '../../http/captcha.rule.js';
import { oneOf, anyOf, group, instanceOrClass, method, text } from '../../input/option-check.js';
import { PageOptions } from '../../page/page.options.js';

/** Options of the login. */
export class LoginOptions extends PageOptions {
  /**
   * Where a login leads; `null` = nowhere, the answer is always JSON. The path does not include the application's
   * global prefix. If your application has no route for `GET /`, set this option; a warning at start-up reminds
   * you.
   * @default '/'
   */
  redirectTo?: string | null | undefined;
  /**
   * Your own code during a login: an object, or a class that one of your modules provides.
   * @default none
   */
  hooks?: LoginHooks | Type<LoginHooks> | undefined;
  /**
   * A captcha for this page, such as `turnstile({ siteKey, secretKey })`.
   * @default none
   */
  captcha?: Captcha | undefined;
}

/** What each option of the login may be. */
export const LOGIN_RULES = group<LoginOptions>({
  templatePath: text,
  redirectTo: anyOf(text, oneOf(null)),
  hooks: group<LoginHooks>(
    {
      preLogin: method,
      loginSuccess: method,
      loginFailure: method,
      passwordChanged: method,
      registered: method,
    },
    { or: instanceOrClass },
  ),
  captcha: captchaRule,
});
