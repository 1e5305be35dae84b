/** Names of the applications that may call. */
export class AppsOptions {
  /**
   * Applications that may call at all.
   * @default everybody
   */
  all?: string[] | undefined;
  /**
   * Applications that may log users in.
   * @default all that may call
   */
  login?: string[] | undefined;
}
