import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import hbs from 'hbs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuthErrorBody } from '../errors/auth.codes.js';
import { Catalogue } from '../messages/catalogue.js';
import { CHANGE_PASSWORD_PAGE } from '../features/change-password/change-password.page.js';
import { LOGIN_PAGE } from '../features/login/login.page.js';
import { LOGOUT_PAGE } from '../features/logout/logout.page.js';
import { REGISTER_PAGE } from '../features/register/register.page.js';
import type { PageDefinition } from './page.definition.js';
import { formState, type TemplateData } from './view-model.js';
import { PageRenderer } from './page-renderer.js';
import { keysIn } from './translate.js';

const PAGES = new Map<PageName, PageDefinition>([
  ['login', LOGIN_PAGE],
  ['logout', LOGOUT_PAGE],
  ['register', REGISTER_PAGE],
  ['change-password', CHANGE_PASSWORD_PAGE],
]);
const NAMES = [...PAGES.keys()];
type PageName = 'login' | 'logout' | 'register' | 'change-password';
const VIEWS = new URL('../../views/', import.meta.url);

const messages = new Catalogue();
const english = messages.texts('en');

/** What is on a page; the rest of what its template reads follows from it. */
type Shown = Pick<TemplateData, 'site' | 'logOut' | 'paths' | 'action' | 'csrfToken' | 'password'> &
  Partial<Pick<TemplateData, 'error' | 'fieldErrors' | 'values' | 'user' | 'notice' | 'captcha'>>;

/** The pages in English, some of them by templates of the host's. */
function rendererOf(templatePaths: Record<string, string> = {}, given = messages) {
  const renderer = new PageRenderer([...PAGES.values()], given, templatePaths);
  return {
    render: (name: PageName, data: Shown, texts = english) => {
      const page = PAGES.get(name) as PageDefinition;
      const { error, fieldErrors = {}, values = {}, ...shown } = data;
      const errors = Object.entries(fieldErrors).flatMap(([field, all]) =>
        all.map((message) => ({ field, message, code: 'invalid_field' as const })),
      );
      const state = formState(page, values, {
        code: 'invalid_field',
        message: '',
        ...error,
        errors,
      } as AuthErrorBody);
      const form = error ? state : { ...state, error: undefined, alert: undefined };
      return renderer.render(
        page,
        { lang: texts.language, rtl: false, userFields: [], values, ...shown, ...form },
        texts,
      );
    },
  };
}

const renderer = rendererOf();

/** Every optional part filled with the same text, so that each of them is on the page. */
function filled(text: string): Shown {
  const field = [text];
  return {
    paths: {
      login: text,
      logout: text,
      register: text,
      changePassword: text,
      styles: text,
      icon: text,
      script: text,
      home: text,
    },
    site: { name: text, url: text },
    logOut: text,
    action: text,
    csrfToken: text,
    error: { code: text, message: `error ${text}` },
    fieldErrors: {
      username: field,
      email: field,
      password: field,
      confirm_password: field,
      old_password: field,
      new_password: field,
      confirm_new_password: field,
    },
    values: { username: text, email: text, next: text },
    user: { username: text },
    notice: text,
    password: { minLength: 8, maxLength: 256 },
  };
}

function blank(data: Partial<Shown> = {}): Shown {
  return {
    paths: {
      login: '/login',
      logout: '/logout',
      register: '/register',
      changePassword: '/change-password',
      styles: '/styles.css',
      icon: '/icon.svg',
      script: '/page.js',
      home: '/',
    },
    site: { url: '/' },
    logOut: null,
    action: '/here',
    csrfToken: 'token',
    password: { minLength: 8, maxLength: 256 },
    ...data,
  };
}

const tags = (html: string) => html.match(/<[^>]*>/g) ?? [];
const inputs = (html: string) => tags(html).filter((tag) => tag.startsWith('<input'));
const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
const input = (html: string, name: string) =>
  inputs(html).find((tag) => attribute(tag, 'name') === name) ?? '';
const names = (html: string) => inputs(html).flatMap((tag) => attribute(tag, 'name') ?? []);
const focused = (html: string) =>
  inputs(html)
    .filter((tag) => / autofocus[ >]/.test(tag))
    .map((tag) => attribute(tag, 'name'));
const structure = (html: string) => tags(html).map((tag) => tag.replace(/"[^"]*"/g, '""'));

describe('every bundled page', () => {
  describe.each(NAMES)('%s', (page) => {
    it.each([
      '"><script>alert(1)</script>',
      "' onfocus='alert(1)",
      '" onfocus="alert(1)" autofocus="',
      '</title><img src=x onerror=alert(1)>',
      '{{7*7}}',
      '{{constructor}}',
      '{{> layout}}',
      '&quot;><b>',
      '`${1}`',
    ])('shows %j as plain text, wherever it is given', (attack) => {
      const html = renderer.render(page, filled(attack));
      expect(structure(html)).toEqual(structure(renderer.render(page, filled('harmless'))));
      expect(html).toContain(hbs.handlebars.escapeExpression(attack));
    });

    it('quotes every attribute and holds nothing inline, and nothing from elsewhere', () => {
      for (const html of [renderer.render(page, blank()), renderer.render(page, filled('text'))]) {
        for (const tag of structure(html)) {
          expect(tag.replaceAll('=""', '')).not.toContain('=');
          expect(tag).not.toMatch(/^<(style|iframe|img|object|base)\b/i);
          expect(tag).not.toMatch(/^<script(?! src="" defer)/i);
          expect(tag).not.toMatch(/ (style|on\w+)=/i);
        }
        expect(html).not.toMatch(/https?:|javascript:|data:/);
      }
    });

    it('is one HTML document with a language, a viewport, one heading and one form that posts', () => {
      const html = renderer.render(page, blank());
      expect(html).toMatch(/^<!DOCTYPE html>\s*<html lang="en">/);
      expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
      expect(html).toContain('<link rel="stylesheet" href="/styles.css">');
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(html.match(/<form /g)).toHaveLength(1);
      expect(html).toContain('<form method="post" action="/here">');
      expect(html).toContain('<input type="hidden" name="csrf_token" value="token">');
    });

    it('gives each id once', () => {
      const ids = [...renderer.render(page, filled('text')).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('ties each visible input to a label, and each error to its input', () => {
      const html = renderer.render(page, filled('text'));
      for (const tag of inputs(html).filter((each) => attribute(each, 'id') !== undefined)) {
        const id = attribute(tag, 'id');
        expect(html).toContain(`<label for="${id}">`);
        expect(tag).toContain('aria-invalid="true"');
        expect(attribute(tag, 'aria-describedby')?.split(' ')).toContain(`${id}-error`);
        for (const described of attribute(tag, 'aria-describedby')?.split(' ') ?? []) {
          expect(html).toContain(`id="${described}"`);
        }
      }
    });

    it('says what went wrong in an alert and in the title, and says who is signed in', () => {
      const html = renderer.render(
        page,
        blank({ error: { code: 'x', message: 'No.' }, user: { username: 'alice' }, notice: 'Mind this.' }),
      );
      expect(html).toContain('<p class="alert" role="alert">No.</p>');
      expect(html).toContain('<title>Error: ');
      expect(html).toContain('Signed in as <strong>alice</strong>');
      expect(html).toContain('<p class="notice" role="status">Mind this.</p>');
    });
  });

  it('shows texts that there are', () => {
    for (const file of readdirSync(VIEWS).filter((name) => name.endsWith('.hbs'))) {
      const template = hbs.handlebars.parse(readFileSync(new URL(file, VIEWS), 'utf8'));
      expect(keysIn(template, file).filter((key) => !messages.has(key))).toEqual([]);
    }
  });

  it('is written without unescaped output', () => {
    for (const file of readdirSync(VIEWS).filter((name) => name.endsWith('.hbs'))) {
      expect(readFileSync(new URL(file, VIEWS), 'utf8')).not.toMatch(/\{\{\{|\{\{~?&/);
    }
  });
});

describe('the login page', () => {
  it('asks for user name and password, with what a password manager looks for', () => {
    const html = renderer.render('login', blank());
    expect(names(html)).toEqual(['csrf_token', 'username', 'password']);
    expect(attribute(input(html, 'username'), 'autocomplete')).toBe('username');
    expect(attribute(input(html, 'password'), 'autocomplete')).toBe('current-password');
    expect(attribute(input(html, 'password'), 'type')).toBe('password');
    expect(input(html, 'password')).toContain(' required');
  });

  it('carries next along', () => {
    const html = renderer.render('login', blank({ values: { next: '/private?a=1' } }));
    expect(input(html, 'next')).toBe('<input type="hidden" name="next" value="/private?a&#x3D;1">');
  });

  it('keeps the user name after a failure and puts the cursor in the password', () => {
    expect(focused(renderer.render('login', blank()))).toEqual(['username']);
    const html = renderer.render('login', blank({ values: { username: 'alice' } }));
    expect(attribute(input(html, 'username'), 'value')).toBe('alice');
    expect(focused(html)).toEqual(['password']);
  });

  it('leads to the register page only when there is one', () => {
    expect(renderer.render('login', blank())).toContain('<a href="/register">');
    const paths = { ...blank().paths, register: null };
    expect(renderer.render('login', blank({ paths }))).not.toContain('<a ');
  });
});

describe('the register page', () => {
  it('asks for user name, email and the password twice', () => {
    const html = renderer.render('register', blank());
    expect(names(html)).toEqual(['csrf_token', 'username', 'email', 'password', 'confirm_password']);
    expect(input(html, 'email')).not.toContain(' required');
    expect(attribute(input(html, 'password'), 'autocomplete')).toBe('new-password');
    expect(attribute(input(html, 'password'), 'minlength')).toBe('8');
    expect(html).toContain('At least 8 characters.');
  });

  it('has the focus on the summary of its errors, and on no field', () => {
    const fieldErrors = { password: ['Too short.'] };
    const error = { code: 'invalid_field', message: 'Too short.' };
    const html = renderer.render('register', blank({ values: { username: 'alice' }, fieldErrors, error }));
    expect(html).toContain('<div class="alert" tabindex="-1" autofocus>');
    expect(focused(html)).toEqual([]);
    expect(focused(renderer.render('register', blank({ values: { username: 'alice' } })))).toEqual(['email']);
  });

  it('shows every failed rule beside its field, and above the form a way to each', () => {
    const html = renderer.render(
      'register',
      blank({
        error: { code: 'password_too_short', message: 'Too short. Too common. Taken.' },
        fieldErrors: { password: ['Too short.', 'Too common.'], username: ['Taken.'] },
      }),
    );
    const [summary = ''] = /<div role="alert">[\s\S]*?<\/div>/.exec(html) ?? [];
    expect(
      [...summary.matchAll(/<a href="#(.*?)">(.*?)<\/a>/g)].map(([, field, text]) => [field, text]),
    ).toEqual([
      ['username', 'Taken.'],
      ['password', 'Too short.'],
      ['password', 'Too common.'],
    ]);
    expect(summary).not.toContain('<p>');
    for (const text of ['Too short.', 'Too common.', 'Taken.']) {
      expect(html.replace(summary, '')).toContain(`<p>${text}</p>`);
    }
    expect(html.match(/role="alert"/g)).toHaveLength(1);
  });

  it('says above the form what the fields do not', () => {
    const html = renderer.render(
      'register',
      blank({
        error: { code: 'invalid_field', message: 'nick is unknown. Taken.' },
        fieldErrors: { nick: ['nick is unknown.'], username: ['Taken.'] },
      }),
    );
    expect(html).toMatch(/<div role="alert">\s*<p>nick is unknown\.<\/p>\s*<ul>/);
    expect(html).not.toContain('#nick');
  });

  it('shows above the form an error whose field is not on the page', () => {
    const html = renderer.render(
      'register',
      blank({ error: { code: 'x', message: 'Unknown.' }, fieldErrors: { nick: ['Unknown.'] } }),
    );
    expect(html).toContain('<p class="alert" role="alert">Unknown.</p>');
  });
});

describe('the change-password page', () => {
  const html = renderer.render('change-password', blank({ user: { username: 'alice' } }));

  it('asks for the current password and the new one twice', () => {
    expect(names(html)).toEqual(['csrf_token', 'old_password', 'new_password', 'confirm_new_password']);
    expect(attribute(input(html, 'old_password'), 'autocomplete')).toBe('current-password');
    expect(attribute(input(html, 'new_password'), 'autocomplete')).toBe('new-password');
    expect(attribute(input(html, 'new_password'), 'minlength')).toBe('8');
  });

  it('tells a password manager whose password it is, without posting that', () => {
    const hidden = inputs(html).filter((tag) => attribute(tag, 'autocomplete') === 'username');
    expect(hidden).toHaveLength(1);
    expect(hidden[0]).toContain(' value="alice"');
    expect(hidden[0]).not.toContain(' name=');
  });

  it('offers to cancel, or to log out when there is nowhere to go back to', () => {
    expect(html).toContain('<a href="/">Cancel</a>');
    const paths = { ...blank().paths, home: null };
    expect(renderer.render('change-password', blank({ paths }))).toContain('<a href="/logout">Log out</a>');
  });
});

it('lets no password be cut by the browser', () => {
  for (const page of NAMES) expect(renderer.render(page, blank())).not.toContain('maxlength');
});

describe('a captcha', () => {
  const captcha = {
    siteKey: 'site-1',
    widgetClass: 'h-captcha',
    scriptUrl: 'https://captcha.example/api.js',
  };

  it.each(['login', 'register'] as const)('stands in the form of %s, with its script beside it', (page) => {
    const form = /<form[\s\S]*<\/form>/.exec(renderer.render(page, blank({ captcha })))?.[0];
    expect(form).toContain('<div class="h-captcha" data-sitekey="site-1"></div>');
    expect(form).toContain('<script src="https://captcha.example/api.js" async defer></script>');
  });

  it.each(['logout', 'change-password'] as const)('has no place on %s', (page) => {
    expect(renderer.render(page, blank({ captcha }))).toBe(renderer.render(page, blank()));
  });

  it('is shown as plain text, wherever it is given', () => {
    const attack = '"><script>alert(1)</script>';
    const attacked = { siteKey: attack, widgetClass: attack, scriptUrl: attack };
    const html = renderer.render('login', blank({ captcha: attacked }));
    expect(structure(html)).toEqual(structure(renderer.render('login', blank({ captcha }))));
  });
});

describe("the host's template", () => {
  let folder: string;
  let files = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'views-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function template(text: string): string {
    const path = join(folder, `${++files}.hbs`);
    writeFileSync(path, text);
    return path;
  }

  it('replaces one page and may use the bundled layout and field', () => {
    const login = template(
      '{{#> layout title="Anmelden" lang="de"}}{{> field name="username" label="Name" type="text"}}{{/layout}}',
    );
    const own = rendererOf({ login });
    const html = own.render('login', blank());
    expect(html).toContain('<html lang="de">');
    expect(html).toContain('<h1>Anmelden</h1>');
    expect(names(html)).toEqual(['username']);
    expect(own.render('logout', blank())).toBe(renderer.render('logout', blank()));
  });

  it('sees its data and nothing behind it', () => {
    const login = template(
      '[{{constructor.name}}{{__proto__.x}}]{{action}} {{csrfToken}} {{password.maxLength}}',
    );
    const warn = vi.spyOn(console, 'error');
    expect(rendererOf({ login }).render('login', blank())).toBe('[]/here token 256');
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('shows our texts and its own in the language of the page, as text', () => {
    const given = new Catalogue({
      en: { 'own.hello': 'Hello {name}, <b>{who}</b>', 'login.title': 'A & B' },
      de: { 'own.hello': '{who}: hallo {name}' },
    });
    const login = template(
      "{{t 'login.title'}}|{{t 'own.hello' name=user.username who='x'}}|" +
        "{{#t 'own.hello' name=user.username}}<i>{{user.username}}</i>{{/t}}|{{lang}}",
    );
    const own = rendererOf({ login }, given);
    const data = blank({ user: { username: '<u>{who}' } });
    expect(own.render('login', data, given.texts('en'))).toBe(
      'A &amp; B|Hello &lt;u&gt;{who}, &lt;b&gt;x&lt;/b&gt;|' +
        'Hello &lt;u&gt;{who}, &lt;b&gt;<i>&lt;u&gt;{who}</i>&lt;/b&gt;|en',
    );
    expect(own.render('login', data, given.texts('de'))).toBe(
      'Anmelden|x: hallo &lt;u&gt;{who}|<i>&lt;u&gt;{who}</i>: hallo &lt;u&gt;{who}|de',
    );
  });

  it.each([
    ["{{t 'login.titel'}}", ' uses the text "login.titel", which is not in `messages`.'],
    ["{{#if user}}{{> field label=(t 'own.x')}}{{/if}}", ' uses the text "own.x", which is not'],
    ["a\n{{#t 'constructor'}}{{/t}}", ' uses the text "constructor", which is not'],
    ['a\n{{t values.username}}', `, line 2: {{t '…'}} needs the key of a text, in quotes.`],
    ['{{#with user}}{{t (lookup values "next")}}{{/with}}', ', line 1: {{t'],
    ['{{t}}', ', line 1: {{t'],
    ['{{t 5}}', ', line 1: {{t'],
  ])('is an error at boot when it shows a text that is not there: %j', (text, message) => {
    const path = template(text);
    expect(() => rendererOf({ login: path })).toThrow(`login.templatePath: "${path}"${message}`);
  });

  it('is apart from the view engine of the host, in both directions', () => {
    hbs.registerHelper('hostHelper', () => 'from the host');
    hbs.handlebars.registerPartial('layout', 'from the host');
    hbs.handlebars.registerPartial('field', 'from the host');
    const before = Object.keys(hbs.handlebars.partials).toSorted();
    try {
      const own = rendererOf({ logout: template('{{hostHelper}}{{> field name="n"}}') });
      expect(own.render('login', blank())).toBe(renderer.render('login', blank()));
      expect(own.render('logout', blank())).not.toContain('from the host');
      expect(Object.keys(hbs.handlebars.partials).toSorted()).toEqual(before);
      expect(hbs.handlebars.partials['layout']).toBe('from the host');
    } finally {
      hbs.handlebars.unregisterHelper('hostHelper');
      hbs.handlebars.unregisterPartial('layout');
      hbs.handlebars.unregisterPartial('field');
    }
  });

  it('is an error at boot when its path is relative, and says how to write it', () => {
    expect(() => rendererOf({ 'change-password': 'views/own.hbs' })).toThrow(
      `changePassword.templatePath must be an absolute path, not "views/own.hbs". Use path.resolve('views/own.hbs').`,
    );
  });

  it('is an error at boot when it cannot be read', () => {
    const path = join(folder, 'nowhere.hbs');
    expect(() => rendererOf({ login: path })).toThrow(
      `login.templatePath: "${path}" cannot be read. Check the path, and that your build copies .hbs files.`,
    );
    expect(() => rendererOf({ login: folder })).toThrow('cannot be read');
  });

  it('is an error at boot when it is not Handlebars', () => {
    const path = template('{{#if user}}never closed');
    expect(() => rendererOf({ register: path })).toThrow(
      `register.templatePath: "${path}" is not a Handlebars template.`,
    );
  });
});
