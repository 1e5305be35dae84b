import type { Captcha } from './captcha.js';
import { Siteverify } from './captcha.siteverify.js';

/** The account with a captcha provider. */
export interface CaptchaOptions {
  /** Required; stands in the page. */
  siteKey: string | undefined;
  /** Required; stays on the server. */
  secretKey: string | undefined;
  /**
   * Where tokens are verified, for instance through a proxy.
   * @default the provider's own address
   */
  verifyUrl?: string | undefined;
}

/** How long a provider may take, in milliseconds; the factories take another for tests alone. */
const TIMEOUT_MS = 5000;

// hCaptcha asks not to name its subdomains one by one: they change.
const HCAPTCHA = ['https://hcaptcha.com', 'https://*.hcaptcha.com'];

/** hCaptcha, see https://docs.hcaptcha.com. @throws Error when a key is missing */
export function hCaptcha(options: CaptchaOptions, timeoutMs = TIMEOUT_MS): Captcha {
  return captcha(
    {
      name: 'hCaptcha',
      field: 'h-captcha-response',
      // Its widget also takes the place of reCAPTCHA's, and adds that one's field.
      otherFields: ['g-recaptcha-response'],
      widgetClass: 'h-captcha',
      scriptUrl: 'https://js.hcaptcha.com/1/api.js',
      sources: {
        'script-src': HCAPTCHA,
        'frame-src': HCAPTCHA,
        'style-src': HCAPTCHA,
        'connect-src': HCAPTCHA,
      },
    },
    'https://api.hcaptcha.com/siteverify',
    options,
    timeoutMs,
    // The other two tie the secret key to the site; here one key serves all sites of an account.
    (siteKey) => ({ sitekey: siteKey }),
  );
}

/** Google's reCAPTCHA v2, see https://developers.google.com/recaptcha/docs/display. @throws Error when a key is missing */
export function reCaptchaV2(options: CaptchaOptions, timeoutMs = TIMEOUT_MS): Captcha {
  return captcha(
    {
      name: 'reCAPTCHA',
      field: 'g-recaptcha-response',
      widgetClass: 'g-recaptcha',
      scriptUrl: 'https://www.google.com/recaptcha/api.js',
      sources: {
        'script-src': ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'],
        'frame-src': ['https://www.google.com/recaptcha/', 'https://recaptcha.google.com/recaptcha/'],
        'connect-src': ['https://www.google.com/recaptcha/'],
      },
    },
    'https://www.google.com/recaptcha/api/siteverify',
    options,
    timeoutMs,
  );
}

/** Cloudflare's Turnstile, see https://developers.cloudflare.com/turnstile. @throws Error when a key is missing */
export function turnstile(options: CaptchaOptions, timeoutMs = TIMEOUT_MS): Captcha {
  return captcha(
    {
      name: 'Turnstile',
      field: 'cf-turnstile-response',
      widgetClass: 'cf-turnstile',
      scriptUrl: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
      sources: {
        'script-src': ['https://challenges.cloudflare.com'],
        'frame-src': ['https://challenges.cloudflare.com'],
      },
    },
    'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    options,
    timeoutMs,
  );
}

type Provider = Omit<Captcha, 'siteKey' | 'verify'>;

function captcha(
  provider: Provider,
  ownUrl: string,
  { siteKey, secretKey, verifyUrl = ownUrl }: CaptchaOptions,
  timeoutMs: number,
  fields: (siteKey: string) => Readonly<Record<string, string>> = () => ({}),
): Captcha {
  if (!siteKey || !secretKey) {
    throw new Error(
      `${provider.name} needs a siteKey and a secretKey. Check that their environment variables are set.`,
    );
  }
  if (!/^https?:/.test(verifyUrl) || !URL.canParse(verifyUrl)) {
    throw new Error(`${provider.name}: verifyUrl "${verifyUrl}" is not a URL such as ${ownUrl}.`);
  }
  const sent = { ...fields(siteKey), secret: secretKey };
  // In the closure only: printing the captcha does not show the secret key.
  const siteverify = new Siteverify(provider.name, verifyUrl, sent, timeoutMs);
  return {
    ...provider,
    siteKey,
    verify: (token, remoteAddress) => siteverify.accepts(token, remoteAddress),
  };
}
