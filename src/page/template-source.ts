import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { readView } from './views.js';

/** The text of a template, and what errors call it. */
export interface TemplateSource {
  name: string;
  text: string;
}

/** The text of a template of `views/`. */
export function bundledTemplate(name: string): string {
  return readView(`${name}.hbs`);
}

/**
 * A template of the host's.
 *
 * @param option names its path
 * @throws Error with a sentence that says what to do
 */
export function hostTemplate(option: string, path: string): TemplateSource {
  if (!isAbsolute(path)) {
    throw new Error(`${option} must be an absolute path, not "${path}". Use path.resolve('${path}').`);
  }
  const name = `${option}: "${path}"`;
  try {
    return { name, text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new Error(`${name} cannot be read. Check the path, and that your build copies .hbs files.`, {
      cause: error,
    });
  }
}
