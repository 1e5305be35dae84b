import { flag, group, text } from '../../input/option-check.js';
import { PageOptions } from '../../page/page.options.js';

/** Options of change-password. */
export class ChangePasswordOptions extends PageOptions {
  /**
   * Where the user logs in again.
   * @default the login page
   */
  loginUrl?: string | undefined;
  /**
   * Shows the page, but changes nothing; for demos.
   * @default false
   */
  readOnly?: boolean | undefined;
  /**
   * Whether the user stays signed in, with a new token; all other sessions end either way.
   * @default false
   */
  keepCurrentSession?: boolean | undefined;
}

/** What each option of change-password may be. */
export const CHANGE_PASSWORD_RULES = group<ChangePasswordOptions>({
  templatePath: text,
  loginUrl: text,
  readOnly: flag,
  keepCurrentSession: flag,
});
