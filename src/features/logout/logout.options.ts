import { oneOf, anyOf, group, listOf, text } from '../../input/option-check.js';
import { PageOptions } from '../../page/page.options.js';

/** Options of the logout. */
export class LogoutOptions extends PageOptions {
  /**
   * Where a logout leads.
   * @default the login page
   */
  redirectTo?: string | undefined;
  /**
   * What the browser is told to delete, as `Clear-Site-Data`; this includes your application's own data.
   * @default false
   */
  clearSiteData?: false | ('cache' | 'cookies' | 'storage')[] | undefined = false;
}

/** What each option of the logout may be. */
export const LOGOUT_RULES = group<LogoutOptions>({
  templatePath: text,
  redirectTo: text,
  clearSiteData: anyOf(
    listOf(oneOf('cache', 'cookies', 'storage'), "a list of 'cache', 'cookies' and 'storage'"),
    oneOf(false),
  ),
});
