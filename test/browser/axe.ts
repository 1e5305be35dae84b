import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds wrong with a page, and where: WCAG 2.2 A and AA, and what axe holds for good practice. */
export function faultsOf(page: Page): Promise<string[]> {
  return faults(page, {});
}

/** {@link faultsOf} what depends on the colours alone, in the dark or in the light. */
export async function colorFaultsOf(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  return faults(page, { runOnly: ['color-contrast', 'link-in-text-block'] });
}

async function faults(page: Page, options: axe.RunOptions): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(${JSON.stringify({ ...options, resultTypes: ['violations'] })})`;
  const { violations } = await page.evaluate<axe.AxeResults>(run);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}
