/** What the page needs to show a captcha; all of it is public. */
export interface CaptchaWidget {
  /** Names the site to the provider; never the secret key. */
  readonly siteKey: string;
  /** Class of the element that the provider's script fills, for instance `h-captcha`. */
  readonly widgetClass: string;
  /** Address of the provider's script. */
  readonly scriptUrl: string;
}

/** What the page's content security policy opens for a captcha, by directive. */
export type CaptchaSources = Readonly<
  Partial<Record<'script-src' | 'frame-src' | 'style-src' | 'connect-src', readonly string[]>>
>;

/** A captcha for the login or the register page: one of the bundled providers, or the host's own. */
export interface Captcha extends CaptchaWidget {
  /** Names it in the log. */
  readonly name: string;
  /** The field that the widget adds to the form and a JSON client sends: the token. */
  readonly field: string;
  /**
   * Further fields that the widget adds; they are accepted and not read.
   * @default none
   */
  readonly otherFields?: readonly string[] | undefined;
  /** What the content security policy of the page opens. */
  readonly sources: CaptchaSources;

  /**
   * Whether the token stands for a captcha just solved.
   *
   * @param token what was sent in `field`: 1 to 8192 characters, otherwise unchecked
   * @throws Error when this cannot be told, which is answered with 503; its message is logged, so it must not hold the
   * secret key
   */
  verify(token: string, remoteAddress: string | undefined): Promise<boolean>;
}
