import type { CaptchaSources } from '../http/captcha.js';
import type { PageSources } from './content-security-policy.options.js';
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

type Sources = Readonly<Record<string, readonly string[] | undefined>>;

/** A page's content security policy (CSP Level 3): closed but for its own script, and for what the options and its captcha open. */
export function contentSecurityPolicy(
  page: PageDefinition,
  own: PageSources,
  captcha: CaptchaSources = {},
): string {
  const policy = new Map<string, readonly string[]>(Object.entries(CLOSED));
  if (page.script) policy.set('script-src', ["'self'"]);
  for (const [directive, sources = []] of [own, captcha].flatMap((opened: Sources) =>
    Object.entries(opened),
  )) {
    policy.set(directive, [...(policy.get(directive) ?? []), ...sources]);
  }
  return [...policy].map(([directive, sources]) => `${directive} ${sources.join(' ')}`).join('; ');
}
