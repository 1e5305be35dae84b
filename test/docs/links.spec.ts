import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, textOf } from './pages.js';

interface Link {
  page: string;
  target: string;
  anchor: string | undefined;
}

function linksOf(page: string): Link[] {
  const links = proseOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
  return [...links].map(([, path = '', anchor]) => ({
    page,
    target: path === '' ? page : posix.join(posix.dirname(page), path),
    anchor,
  }));
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function proseOf(page: string): string {
  return textOf(page).replaceAll(/^ *```[^]*?^ *```$/gm, '');
}

const links = pages.flatMap(linksOf);
/** What is left out of the package, as package.json says so: with an exclamation mark. */
const unpacked: string[] = JSON.parse(readFileSync('package.json', 'utf8')).files.filter((name: string) =>
  name.startsWith('!'),
);

describe('links in README and docs', () => {
  it('lead to something that is there', () => {
    const dead = links.filter(({ target }) => !existsSync(target));
    expect(dead).toEqual([]);
  });

  it('lead to headings that are there', () => {
    const lost = links.filter(
      ({ target, anchor }) =>
        anchor !== undefined && existsSync(target) && !anchorsOf(target).includes(anchor),
    );
    expect(lost).toEqual([]);
  });

  it('lead from README to every page that is in the package; it names the others', () => {
    const reached = links.flatMap(({ page, target }) => (page === 'README.md' ? [target] : []));
    const unreached = pages.filter((page) => page !== 'README.md' && !reached.includes(page));
    expect(unreached.map((page) => `!${page}`)).toEqual(unpacked.filter((name) => name.endsWith('.md')));
    expect(unreached.filter((page) => !textOf('README.md').includes(`\`${page}\``))).toEqual([]);
  });
});
