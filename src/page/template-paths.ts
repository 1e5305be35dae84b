import { nearest } from '../messages/nearest.js';
import { type PageDefinition, templateOption } from './page.definition.js';

/** Absolute paths to the host's own Handlebars templates, by the names of their pages. */
export type Templates = Readonly<Record<string, string | undefined>>;

/**
 * The option `templatePaths`, checked.
 *
 * @param pages all there are
 * @throws Error for an unknown page, or for a page with an option of its own
 */
export function checkTemplatePaths(given: Templates, pages: readonly PageDefinition[]): Templates {
  const names = pages.map(({ name }) => name);
  for (const name of Object.keys(given)) {
    const known = names.includes(name) ? name : nearest(name, names);
    const page = pages.find((one) => one.name === known);
    const option = page && templateOption(page);
    if (option === `templatePaths.${name}`) continue;
    const advice = option ? `Did you mean ${option}?` : `The pages are: ${names.join(', ')}.`;
    throw new Error(`AuthModule has no option templatePaths.${name}. ${advice}`);
  }
  return given;
}
