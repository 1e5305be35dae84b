import type { Type } from '@nestjs/common';
import type { AuthRequest } from '../http/auth-request.js';
import type { MessageKey, OwnKey, Texts } from '../messages/message.js';
import type { UserFieldUse } from '../user/user-input.js';

/** A page: the one place that knows where it is, what its form asks for, and what it needs. */
export interface PageDefinition {
  /** Also that of its template in `views/`, and in the option `templatePaths`. */
  name: string;
  /** Where it is, below the prefix of the module; without it, the page is shown at the addresses of others. */
  path?: string;
  /** The group of options with its `templatePath`, `captcha` and `readOnly`; without it, `templatePaths` has its template. */
  options?: string;
  /** What its form asks for, in the order in which it is filled in. */
  fields: Readonly<Record<string, PageField>>;
  /** Which fields of the user entity its form asks for too. @default none */
  userFields?: UserFieldUse;
  /** Whether its form has the captcha of its options. @default false */
  captcha?: boolean;
  /** Whether it loads our script, and its content security policy lets it. @default false */
  script?: boolean;
  /** Whether its first empty field takes the focus; else only one with an error does. @default false */
  focus?: boolean;
  /** Whether its form hands `next` on in its address. @default false */
  keepsNext?: boolean;
  /** How other pages lead to it. @default they do not */
  link?: PageLink;
  /** The links on it that take `next` along. @default none */
  linksWithNext?: readonly string[];
  /** Finds what it shows. @default it shows nothing but its form */
  contents?: Type<PageContents>;
}

/** The key of a text, or a text of the host's own. */
export type Label = MessageKey | OwnKey | { text: string };

/** What a form asks for. */
export interface PageField {
  /** What the page calls it; a hidden field has no label. */
  label?: Label;
  kind: 'text' | 'secret' | 'checkbox';
}

/** How templates lead to a page: `{{paths.<name>}}`. */
export interface PageLink {
  name: string;
  /** Who has the link. */
  for: 'everyone' | 'signed-in' | 'super-users';
}

/** Finds what a page shows. */
export interface PageContents {
  /** @throws AuthException where the person who asks may not see it, or it is not there */
  contentFor(page: PageDefinition, request: AuthRequest): Promise<PageContent>;
}

/** What a page shows in addition to its form: what its template reads by these names. */
export interface PageContent {
  /** Where the form posts to, if not to the page itself. */
  action?: string;
  /** What the fields hold before anything is typed. */
  values?: FieldValues;
  [name: string]: unknown;
}

/** What the fields of a page hold: texts, and `'true'` for a checkbox that is ticked. */
export type FieldValues = Readonly<Record<string, string | undefined>>;

/** A field that is shown again with what was typed. */
export function text(label: MessageKey): PageField {
  return { label, kind: 'text' };
}

/** A field that is never shown again with what was typed, such as a password. */
export function secret(label: MessageKey): PageField {
  return { label, kind: 'secret' };
}

export function checkbox(label: MessageKey): PageField {
  return { label, kind: 'checkbox' };
}

/** A field that people do not see; what was posted in it is there again. */
export function hidden(): PageField {
  return { kind: 'text' };
}

/** The names of the fields that people see, in the order in which they are filled in. */
export function fieldNames({ fields }: PageDefinition): string[] {
  return Object.entries(fields).flatMap(([name, { label }]) => (label === undefined ? [] : [name]));
}

/** The label of each field of a page, by its name. */
export function labelsOf({ fields }: PageDefinition, texts: Texts): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(fields).flatMap(([name, { label }]) =>
      label === undefined ? [] : [[name, said(label, texts)]],
    ),
  );
}

/** What a label says. */
export function said(label: Label, texts: Texts): string {
  return typeof label === 'string' ? texts.say(label) : label.text;
}

/** The values of a page's fields that may be shown, out of a body or another record; never a secret. */
export function fieldValues(
  { fields }: PageDefinition,
  given: Readonly<Record<string, unknown>>,
): FieldValues {
  const found = new Map(Object.entries(given));
  const values = Object.entries(fields).flatMap(([name, { kind }]): [string, string][] => {
    const value = found.get(name);
    if (kind === 'text' && typeof value === 'string') return [[name, value]];
    return kind === 'checkbox' && isTicked(value) ? [[name, 'true']] : [];
  });
  return Object.fromEntries(values);
}

/** A ticked box comes after the hidden `false` of its name. */
function isTicked(value: unknown): boolean {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return last === 'true' || last === 'on';
}

/** The option that names a template of the host's for a page. */
export function templateOption({ name, options }: PageDefinition): string {
  return options === undefined ? `templatePaths.${name}` : `${options}.templatePath`;
}
