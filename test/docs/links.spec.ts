import { existsSync } from 'node:fs';
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

  it('lead from README to every page', () => {
    const reached = links.flatMap(({ page, target }) => (page === 'README.md' ? [target] : []));
    expect(pages.filter((page) => page !== 'README.md' && !reached.includes(page))).toEqual([]);
  });
});
