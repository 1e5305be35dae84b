/** Names of the applications that may call. */
export class AppsOptions {
  /**
   * Which may call at all.
   * @default everybody
   */
  all?: string[] | undefined;
  /**
   * Which may log users in.
   * @default whoever may call
   */
  login?: string[] | undefined;
}
