import { readdirSync, readFileSync } from 'node:fs';

// The build replaces this module by one that holds the texts.
const VIEWS = new URL('../../views/', import.meta.url);

/** The text of a file of `views/`. */
export function readView(file: string): string {
  return readFileSync(new URL(file, VIEWS), 'utf8');
}

/** The names of the templates in `views/`. */
export function templateNames(): string[] {
  return readdirSync(VIEWS).flatMap((file) => (file.endsWith('.hbs') ? [file.slice(0, -'.hbs'.length)] : []));
}
