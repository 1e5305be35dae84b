import type { PageDefinition } from './page.definition.js';
import { REFUSED_PAGE } from './refused.page.js';

/** The pages of all features, and the routes and pages that this application has. */
export class PageList {
  /**
   * @param all the pages of all features
   * @param shown those of the features that are on
   * @param roots the first segment of each route of the features that are on
   */
  constructor(
    readonly all: readonly PageDefinition[],
    private readonly shown: readonly PageDefinition[],
    readonly roots: readonly string[],
  ) {}

  isOn(page: PageDefinition): boolean {
    return this.shown.includes(page);
  }

  /**
   * The page that shows why a body could not be read, which takes nothing but the error; `null` = JSON does.
   *
   * @param root the first segment of the path
   */
  forUnreadBody(root: string): PageDefinition | null {
    const page = this.shown.find(({ path }) => path === root);
    return page?.contents ? REFUSED_PAGE : (page ?? null);
  }
}
