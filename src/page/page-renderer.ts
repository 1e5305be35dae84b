import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import hbs from 'hbs';
import type { PageData, PageName, TemplateData } from './page-data.js';

const VIEWS = new URL('../../views/', import.meta.url);
const PARTIALS = ['layout', 'field', 'captcha'];

/** Each page's option in `AuthModule.forRoot`, and its fields in the order they are filled in. */
const PAGES = {
  login: { option: 'login', fields: ['username', 'password'] },
  logout: { option: 'logout', fields: [] },
  register: { option: 'register', fields: ['username', 'email', 'password', 'confirm_password'] },
  'change-password': {
    option: 'changePassword',
    fields: ['old_password', 'new_password', 'confirm_new_password'],
  },
} as const satisfies Record<PageName, { option: string; fields: readonly string[] }>;

type Template = (data: TemplateData, options: object) => string;

/** Renders the bundled pages to a string, through a Handlebars of its own: the host's view engine is never touched. */
@Injectable()
export class PageRenderer {
  private readonly handlebars = hbs.create().handlebars;
  private readonly templates: Record<PageName, Template>;

  /** @param templatePaths the host's own templates, as absolute paths; a file that cannot be used is an error at boot */
  constructor(templatePaths: Partial<Record<PageName, string>> = {}) {
    for (const name of PARTIALS) {
      this.handlebars.registerPartial(name, readFileSync(bundled(name), 'utf8'));
    }
    const template = (page: PageName) => this.compile(page, templatePaths[page]);
    this.templates = {
      login: template('login'),
      logout: template('logout'),
      register: template('register'),
      'change-password': template('change-password'),
    };
  }

  /** The whole page as HTML. */
  render(page: PageName, data: PageData): string {
    return this.templates[page](templateData(page, data), {
      // Also the default, but set so that a template's `{{constructor}}` is not answered with a warning in the log.
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
  }

  private compile(page: PageName, path?: string): Template {
    const text = path === undefined ? readFileSync(bundled(page), 'utf8') : readHostTemplate(page, path);
    try {
      // `compile` alone would report a syntax error only to the first visitor.
      return this.handlebars.compile(this.handlebars.parse(text));
    } catch (error) {
      throw new Error(`${PAGES[page].option}.templatePath: "${path}" is not a Handlebars template.`, {
        cause: error,
      });
    }
  }
}

function bundled(name: string): string {
  return fileURLToPath(new URL(`${name}.hbs`, VIEWS));
}

function readHostTemplate(page: PageName, path: string): string {
  const option = `${PAGES[page].option}.templatePath`;
  if (!isAbsolute(path)) {
    throw new Error(`${option} must be an absolute path, not "${path}". Use path.resolve('${path}').`);
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `${option}: "${path}" cannot be read. Check the path, and that your build copies .hbs files.`,
      { cause: error },
    );
  }
}

/** Copies what is documented and nothing else, so that a template can never show a password or a request's own keys. */
function templateData(page: PageName, data: PageData): TemplateData {
  const { paths, action, csrfToken, error, fieldErrors = {}, user, notice, password, captcha } = data;
  const values = {
    username: data.values?.username,
    email: data.values?.email,
    next: data.values?.next,
  };
  const fields: readonly string[] = PAGES[page].fields;
  const typed: Record<string, string | undefined> = values;
  const focused = fields.find((name) => fieldErrors[name]?.length) ?? fields.find((name) => !typed[name]);
  const besideField = error && fields.some((name) => fieldErrors[name]?.includes(error.message));

  return {
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
    alert: besideField ? undefined : error?.message,
    autofocus: focused === undefined ? {} : { [focused]: true },
  };
}
