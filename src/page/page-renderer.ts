import hbs from 'hbs';
import type { Catalogue } from '../messages/catalogue.js';
import type { Texts } from '../messages/message.js';
import { type PageDefinition, templateOption } from './page.definition.js';
import type { TemplateData } from './view-model.js';
import type { Templates } from './template-paths.js';
import { bundledTemplate, hostTemplate, type TemplateSource } from './template-source.js';
import { templateNames } from './views.js';
import { holdsBlock, keysIn, translator } from './translate.js';

type Template = ReturnType<typeof hbs.handlebars.compile<TemplateData>>;

/** Partials are not indented: the text in a `<textarea>` would be indented too. */
const OPTIONS = { preventIndent: true };

/** Renders the bundled pages to a string, through a Handlebars of its own: the host's view engine is never touched. */
export class PageRenderer {
  private readonly handlebars = hbs.create().handlebars;
  private readonly templates: ReadonlyMap<PageDefinition, Template>;

  /**
   * @param pages all there are
   * @param messages where the texts of `{{t '…'}}` come from
   * @param templatePaths the host's own templates, as absolute paths; a file that cannot be used is an error at boot
   * @param layoutPath the host's own layout around every page, alike
   */
  constructor(
    pages: readonly PageDefinition[],
    private readonly messages: Catalogue,
    templatePaths: Templates = {},
    layoutPath?: string,
  ) {
    const names = new Set(pages.map(({ name }) => name));
    for (const name of templateNames()) {
      if (!names.has(name)) this.handlebars.registerPartial(name, this.bundled(name));
    }
    if (layoutPath !== undefined) {
      this.handlebars.registerPartial('layout', this.compileLayout(hostTemplate('layoutPath', layoutPath)));
    }
    const template = (page: PageDefinition): Template => {
      const path = templatePaths[page.name];
      return path === undefined
        ? this.bundled(page.name)
        : this.compile(hostTemplate(templateOption(page), path));
    };
    this.templates = new Map(pages.map((page) => [page, template(page)]));
  }

  /** The whole page as HTML. */
  render(page: PageDefinition, data: TemplateData, texts: Texts): string {
    const template = this.templates.get(page);
    if (!template) throw new Error(`There is no page "${page.name}".`);
    return template(data, {
      helpers: translator(texts),
      // Also the default, but set so that a template's `{{constructor}}` is not answered with a warning in the log.
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
  }

  /** Parsed when it is first shown: to parse all of them is a good part of what the module adds to a start. */
  private bundled(name: string): Template {
    return this.handlebars.compile(bundledTemplate(name), OPTIONS);
  }

  private compileLayout(source: TemplateSource): Template {
    if (!holdsBlock(this.parse(source))) {
      throw new Error(`${source.name} has no {{> @partial-block}}, where the page itself is inserted.`);
    }
    return this.compile(source);
  }

  private compile(source: TemplateSource): Template {
    const { name } = source;
    const template = this.parse(source);
    const unknown = keysIn(template, name).find((key) => !this.messages.has(key));
    if (unknown !== undefined) {
      throw new Error(`${name} uses the text "${unknown}", which is not in \`messages\`.`);
    }
    return this.handlebars.compile(template, OPTIONS);
  }

  private parse({ name, text }: TemplateSource): ReturnType<typeof hbs.handlebars.parse> {
    try {
      // `compile` alone would report a syntax error only to the first visitor.
      return this.handlebars.parse(text);
    } catch (error) {
      throw new Error(`${name} is not a Handlebars template.`, { cause: error });
    }
  }
}
