import { readFileSync } from 'node:fs';

/** The text of a file of `views/`. The build replaces this module by one that holds the texts. */
export function readView(file: string): string {
  return readFileSync(new URL(`../../views/${file}`, import.meta.url), 'utf8');
}
