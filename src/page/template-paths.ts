import { nearest } from '../messages/nearest.js';
import { PAGE_NAMES, type PageName, PAGES } from './pages.js';

const OPTION = 'templatePaths';

/** Absolute paths to the host's own Handlebars templates for pages that have no other options. */
export interface TemplatePaths {
  /** The own sessions. */
  sessions?: string | undefined;
  /** The list of users. */
  users?: string | undefined;
  /** The form for a new user. */
  'create-user'?: string | undefined;
  /** One user, with the sessions and the audit. */
  user?: string | undefined;
  /** The question before a user is deleted. */
  'delete-user'?: string | undefined;
  /** The form that sets somebody's password, and the password that was made up. */
  'user-password'?: string | undefined;
  /** What those see who may not see another of these pages. */
  refused?: string | undefined;
}

/**
 * The option `templatePaths`, checked.
 *
 * @throws Error for a name that stands for no page, or for one with an option of its own
 */
export function otherTemplatePaths(given: TemplatePaths = {}): Partial<Record<PageName, string>> {
  for (const name of Object.keys(given)) {
    const page = PAGE_NAMES.find((known) => known === name) ?? nearest(name, PAGE_NAMES);
    const { option } = page ? PAGES[page] : {};
    if (option === `${OPTION}.${name}`) continue;
    const advice = option ? `Did you mean ${option}?` : `The pages are: ${PAGE_NAMES.join(', ')}.`;
    throw new Error(`AuthModule has no option ${OPTION}.${name}. ${advice}`);
  }
  return given;
}
