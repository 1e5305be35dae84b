import { having } from '../input/option-check.js';

/** The option `captcha` of a form. */
export const captchaRule = having(['verify'], 'a captcha, for instance turnstile({ siteKey, secretKey })');
