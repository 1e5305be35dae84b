import type { CaptchaSources } from '../http/captcha.js';
import type { PageDefinition } from './page.definition.js';

const CLOSED = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'object-src': ["'none'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
} as const;

/** A page's content security policy (CSP Level 3): closed but for its own script, and for what its captcha opens. */
export function contentSecurityPolicy(page: PageDefinition, captcha: CaptchaSources = {}): string {
  const policy = new Map<string, readonly string[]>(Object.entries(CLOSED));
  if (page.script) policy.set('script-src', ["'self'"]);
  for (const [directive, sources = []] of Object.entries(captcha)) {
    policy.set(directive, [...(policy.get(directive) ?? []), ...sources]);
  }
  return [...policy].map(([directive, sources]) => `${directive} ${sources.join(' ')}`).join('; ');
}
