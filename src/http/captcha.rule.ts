import { withMethods } from '../input/option-check.js';

/** The option `captcha` of a form. */
export const captchaRule = withMethods(
  ['verify'],
  'a captcha, for instance turnstile({ siteKey, secretKey })',
);
