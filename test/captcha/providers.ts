import { hCaptcha, reCaptchaV2, turnstile, type Captcha, type CaptchaOptions } from '../../src/index.js';

interface Provider {
  name: string;
  make: (options: CaptchaOptions, timeoutMs?: number) => Captcha;
  field: string;
  widgetClass: string;
  script: string;
  /** What the page's policy opens. */
  opens: Record<string, string[]>;
}

const hCaptchaSources = ['https://hcaptcha.com', 'https://*.hcaptcha.com'];

/** The providers as their own documentation describes them. */
export const providers: Provider[] = [
  {
    name: 'hCaptcha',
    make: hCaptcha,
    field: 'h-captcha-response',
    widgetClass: 'h-captcha',
    script: 'https://js.hcaptcha.com/1/api.js',
    opens: {
      'script-src': hCaptchaSources,
      'frame-src': hCaptchaSources,
      'style-src': hCaptchaSources,
      'connect-src': hCaptchaSources,
    },
  },
  {
    name: 'reCAPTCHA v2',
    make: reCaptchaV2,
    field: 'g-recaptcha-response',
    widgetClass: 'g-recaptcha',
    script: 'https://www.google.com/recaptcha/api.js',
    opens: {
      'script-src': ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'],
      'frame-src': ['https://www.google.com/recaptcha/', 'https://recaptcha.google.com/recaptcha/'],
      'connect-src': ['https://www.google.com/recaptcha/'],
    },
  },
  {
    name: 'Turnstile',
    make: turnstile,
    field: 'cf-turnstile-response',
    widgetClass: 'cf-turnstile',
    script: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
    opens: {
      'script-src': ['https://challenges.cloudflare.com'],
      'frame-src': ['https://challenges.cloudflare.com'],
    },
  },
];
