/** Sources of the Content-Security-Policy (CSP Level 3) besides the application's own origin: `https:` URLs, with `*.` before a host for its subdomains. */
export class ContentSecurityPolicyOptions {
  /**
   * Sources of images; `'data:'` is allowed too.
   * @default []
   */
  images: string[] = [];
  /**
   * Sources of fonts; `'data:'` is allowed too.
   * @default []
   */
  fonts: string[] = [];
  /**
   * Sources of stylesheets.
   * @default []
   */
  styles: string[] = [];
}

/** By the directive of each option. */
export type PageSources = Readonly<Record<'img-src' | 'font-src' | 'style-src', readonly string[]>>;

/** A host, perhaps with its subdomains, a port, or a path (CSP Level 3 §2.3.1); nothing that could begin another directive. */
const SOURCE = /^https:\/\/(?:\*\.)?[a-z\d-]+(?:\.[a-z\d-]+)*(?::\d{1,5})?(?:\/[\w.~!$&()*+=:@%/-]*)?$/i;

/** The sources by directive. @throws Error with a sentence that says what to do, where one of them would open more than it names */
export function pageSources({ images, fonts, styles }: ContentSecurityPolicyOptions): PageSources {
  return {
    'img-src': checked('images', images, ['data:']),
    'font-src': checked('fonts', fonts, ['data:']),
    'style-src': checked('styles', styles),
  };
}

function checked(
  option: keyof ContentSecurityPolicyOptions,
  sources: readonly string[],
  schemes: readonly string[] = [],
): readonly string[] {
  const wrong = sources.find((source) => !schemes.includes(source) && !SOURCE.test(source));
  if (wrong === undefined) return sources;
  const allowed = [
    'an https: URL such as https://cdn.example.com',
    ...schemes.map((scheme) => `'${scheme}'`),
  ];
  throw new Error(
    `contentSecurityPolicy.${option}: "${wrong}" is not ${allowed.join(' or ')}. What would let an attacker's content run, such as ` +
      "'unsafe-inline' or *, is not accepted; put styles into a file of their own.",
  );
}
