/** Options of every page. */
export class PageOptions {
  /**
   * Absolute path to your own Handlebars template.
   * @default the bundled page
   */
  templatePath?: string | undefined;
}
