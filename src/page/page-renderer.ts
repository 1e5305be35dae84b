import hbs from 'hbs';
import type { Catalogue } from '../messages/catalogue.js';
import type { Texts } from '../messages/message.js';
import { contentOf } from './page-content.js';
import type { PageData, TemplateData } from './page-data.js';
import { fieldsOf, PAGE_NAMES, type PageName, PAGES } from './pages.js';
import { bundledTemplate, hostTemplate, type TemplateSource } from './template-source.js';
import { holdsBlock, keysIn, translator } from './translate.js';
import { typedValues } from './typed-values.js';

const PARTIALS = [
  'layout',
  'announcements',
  'field',
  'checkbox',
  'button',
  'session',
  'time',
  'paging',
  'captcha',
  'script',
];

type Template = ReturnType<typeof hbs.handlebars.compile<TemplateData>>;

/** Renders the bundled pages to a string, through a Handlebars of its own: the host's view engine is never touched. */
export class PageRenderer {
  private readonly handlebars = hbs.create().handlebars;
  private readonly templates: ReadonlyMap<PageName, Template>;

  /**
   * @param messages where the texts of `{{t '…'}}` come from
   * @param templatePaths the host's own templates, as absolute paths; a file that cannot be used is an error at boot
   * @param layoutPath the host's own layout around every page, alike
   */
  constructor(
    private readonly messages: Catalogue,
    templatePaths: Partial<Record<PageName, string>> = {},
    layoutPath?: string,
  ) {
    for (const name of PARTIALS) {
      this.handlebars.registerPartial(name, this.bundled(name));
    }
    if (layoutPath !== undefined) {
      this.handlebars.registerPartial('layout', this.compileLayout(hostTemplate('layoutPath', layoutPath)));
    }
    const template = (page: PageName): Template => {
      const path = templatePaths[page];
      return path === undefined ? this.bundled(page) : this.compile(hostTemplate(PAGES[page].option, path));
    };
    this.templates = new Map(PAGE_NAMES.map((page) => [page, template(page)]));
  }

  /** The whole page as HTML. */
  render(page: PageName, data: PageData, texts: Texts): string {
    const template = this.templates.get(page);
    if (!template) throw new Error(`There is no page "${page}".`);
    return template(templateData(page, data, texts), {
      helpers: translator(texts),
      // Also the default, but set so that a template's `{{constructor}}` is not answered with a warning in the log.
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
  }

  /** Parsed when it is first shown: to parse all of them is a good part of what the module adds to a start. */
  private bundled(name: string): Template {
    return this.handlebars.compile(bundledTemplate(name));
  }

  private compileLayout(source: TemplateSource): Template {
    if (!holdsBlock(this.parse(source))) {
      throw new Error(`${source.name} holds no {{> @partial-block}}, where the page itself stands.`);
    }
    return this.compile(source);
  }

  private compile(source: TemplateSource): Template {
    const { name } = source;
    const template = this.parse(source);
    const unknown = keysIn(template, name).find((key) => !this.messages.has(key));
    if (unknown !== undefined) {
      throw new Error(`${name} shows the text "${unknown}", which is not in \`messages\`.`);
    }
    return this.handlebars.compile(template);
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

/** Copies what is documented and nothing else, so that a template can never show a password or a request's own keys. */
function templateData(page: PageName, data: PageData, texts: Texts): TemplateData {
  const { paths, action, csrfToken, error, fieldErrors = {}, user, notice, password, captcha } = data;
  const values = { ...typedValues(data.values ?? {}), next: data.values?.next };
  const fields = fieldsOf(page);
  const typed: Readonly<Record<string, string | undefined>> = values;
  const summary = fields.flatMap((field) =>
    (fieldErrors[field] ?? []).map((message) => ({ field, message })),
  );
  const empty = PAGES[page].focus ? fields.find((name) => !typed[name]) : undefined;
  const focused = fields.find((name) => fieldErrors[name]?.length) ?? empty;

  return {
    lang: texts.language,
    rtl: texts.say('layout.direction') === 'rtl',
    paths,
    action,
    csrfToken,
    error,
    fieldErrors,
    values,
    user: user && { username: user.username },
    notice,
    password,
    captcha: captcha && {
      siteKey: captcha.siteKey,
      widgetClass: captcha.widgetClass,
      scriptUrl: captcha.scriptUrl,
    },
    summary,
    alert: error && beyond(summary, error.message),
    autofocus: focused === undefined ? {} : { [focused]: true },
    ...contentOf(data),
  };
}

/** What a message says that the errors beside the fields do not. */
function beyond(summary: TemplateData['summary'], message: string): string | undefined {
  const rest = summary.reduce((text, said) => text.replace(said.message, ''), message);
  return rest.replaceAll(/\s+/g, ' ').trim() || undefined;
}
