import type { Captcha } from './captcha.js';

/** What HTTP needs of the options. */
export abstract class HttpSettings {
  /** Cookies are Secure, and their names begin with `__Host-`. */
  abstract readonly production: boolean;
  /** What is signed and sealed with: the first one signs, all are accepted. */
  abstract readonly secrets: readonly [string, ...string[]];
  abstract readonly trustedOrigins: ReadonlySet<string>;
  /** `null` = nothing is limited, and no browser has to be known again. `deviceExpiry`: milliseconds. */
  abstract readonly throttle: { deviceExpiry: number } | null;
  abstract readonly options: {
    login?: { captcha?: Captcha | undefined } | undefined;
    register?: { captcha?: Captcha | undefined; readOnly?: boolean | undefined } | undefined;
    changePassword?: { readOnly?: boolean | undefined } | undefined;
  };
}
