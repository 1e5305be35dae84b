import { type PartOfList, pagesOf } from '../account/user.json.js';
import type { Paging } from './page-items.js';

/** The part of a list that a page shows: beyond its end, as after a deletion, the last one. */
export async function shownPart<Found extends PartOfList>(
  page: number | undefined,
  find: (page: number | undefined) => Promise<Found>,
): Promise<Found> {
  const found = await find(page);
  const last = pagesOf(found);
  return found.page > last ? find(last) : found;
}

/** Where a list goes on, none for one that has a single page. */
export function pagingOf(found: PartOfList, pathOf: (page: number) => string): Paging | undefined {
  const { page } = found;
  const pages = pagesOf(found);
  if (pages === 1 && page === 1) return undefined;
  return {
    page,
    pages,
    previous: page > 1 ? pathOf(Math.min(page - 1, pages)) : null,
    next: page < pages ? pathOf(page + 1) : null,
  };
}

/** Which rows of a list a page shows, from 1. */
export function rowsOf({ page, pageSize }: PartOfList, count: number): { from: number; to: number } {
  const before = (page - 1) * pageSize;
  return { from: before + 1, to: before + count };
}

/** A path with a query: the one it was asked with, with some values over it. */
export function pathWith(
  path: string,
  query: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): string {
  const fields = Object.entries({ ...query, ...values }).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(fields.map(([name, value]) => [name, String(value)]));
  return `${path}?${search.toString()}`;
}
