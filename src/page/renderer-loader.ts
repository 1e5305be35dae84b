import { lazily } from '../host/lazily.js';
import type { Catalogue } from '../messages/catalogue.js';
import type { Templates } from './template-paths.js';
import type { PageRenderer } from './page-renderer.js';
import type { PageDefinition } from './page.definition.js';

/** Loads the renderer with the first page that is shown, because an application does not wait for Handlebars to start. */
export class RendererLoader {
  /**
   * @param pages all there are
   * @param messages where their texts come from
   * @param templatePaths the host's own templates, as absolute paths
   * @param layoutPath the host's own layout around every page, alike
   */
  constructor(
    private readonly pages: readonly PageDefinition[],
    private readonly messages: Catalogue,
    private readonly templatePaths: Templates,
    private readonly layoutPath: string | undefined,
  ) {}

  readonly load = lazily(async (): Promise<PageRenderer> => {
    const { PageRenderer } = await import('./page-renderer.js');
    return new PageRenderer(this.pages, this.messages, this.templatePaths, this.layoutPath);
  });

  /** Loads it where the host has templates, so that one that cannot be used stops the start. */
  async checkTemplates(): Promise<void> {
    const paths = [...Object.values(this.templatePaths), this.layoutPath];
    if (paths.some((path) => path !== undefined)) await this.load();
  }
}
