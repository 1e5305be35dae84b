import type { Type } from '@nestjs/common';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { Captcha } from './captcha.js';

/** What groups of options may say of their forms. */
export interface FormOptions {
  captcha?: Captcha | undefined;
  /** Whether the form is shown, but changes nothing. */
  readOnly?: boolean | undefined;
}

/** What HTTP needs of the options. */
export abstract class HttpSettings {
  /** Cookies are Secure, and their names begin with `__Host-`. */
  abstract readonly production: boolean;
  /** What is signed and sealed with: the first one signs, all are accepted. */
  abstract readonly secrets: readonly [string, ...string[]];
  /** The class of the users, whose fields inputs have. */
  abstract readonly userEntity: Type<SsoUserBase>;
  abstract readonly trustedOrigins: ReadonlySet<string>;
  /** `none` = browsers send cookies for pages of other sites too. */
  abstract readonly session: { sameSite: 'lax' | 'none' };
  /** `null` = nothing is limited, and no browser has to be known again. `deviceExpiry`: milliseconds. */
  abstract readonly throttle: { deviceExpiry: number } | null;
  /** What a group of options, such as `login`, says of its form. */
  abstract formOptions(group: string): FormOptions;
}
