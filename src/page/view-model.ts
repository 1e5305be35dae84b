import type { CaptchaWidget } from '../http/captcha.js';
import type { AuthErrorBody } from '../errors/auth.codes.js';
import type { PageCrumb } from './page-items.js';
import type { PageUserField } from './user-fields.js';
import { fieldNames, type FieldValues, type PageContent, type PageDefinition } from './page.definition.js';

/** Where a page leads and what it loads: absolute paths, with every prefix. */
export interface PagePaths {
  /** Of the other pages, by the names of their links; `null` where an application or this person has no use for one. */
  readonly [page: string]: string | null;
  /** The stylesheet. */
  readonly styles: string;
  /** The icon of the pages, which a browser shows next to their title. */
  readonly icon: string;
  /** The script of pages that ask for a password. */
  readonly script: string | null;
  /** Where "Continue" and "Cancel" lead, usually `login.redirectTo`; `null` leaves those links out. */
  readonly home: string | null;
}

/** What people recognise the site by. */
export interface PageSite {
  name?: string | undefined;
  /** Where its name and logo lead; `null` = nowhere. */
  url: string | null;
  /** Paths of its logo; `dark` where dark pages have another. */
  logo?: { light: string; dark?: string | undefined } | undefined;
}

/** What every template reads, in addition to what its page shows. */
export interface TemplateData extends Omit<PageContent, 'action' | 'values'> {
  /** The language of the page, for `<html lang>`. */
  lang: string;
  /** Whether that language is written from right to left. */
  rtl: boolean;
  /** The option `site`. */
  site: PageSite;
  /** Links. */
  paths: PagePaths;
  /** Where the form posts to: the page's own path, which may carry `?next=…`. */
  action: string;
  /** Value of the hidden `csrf_token` input; without it a form post is refused. */
  csrfToken: string;
  /** Why the last post was refused. */
  error?: { code: string; message: string };
  /** What `error.message` says beyond the messages next to the fields. */
  alert?: string;
  /** The messages next to the fields, in the order of the fields, to be shown above the form too. */
  summary: readonly { field: string; message: string }[];
  /** Messages by field name (`new_password`), every failed rule of a field in order. */
  fieldErrors: Readonly<Record<string, readonly string[]>>;
  /** What was typed and is shown again; never a password. `next` is a hidden input of the login. */
  values: FieldValues & { next?: string | undefined };
  /** The fields of the user entity that the form asks for, which the partial `user-fields` shows. */
  userFields: readonly PageUserField[];
  /** Holds `true` under the one field that takes the focus, the first empty one; none if `summary` takes it. */
  autofocus: Readonly<Record<string, true>>;
  /** The pages above this one, from the first. */
  crumbs?: readonly PageCrumb[];
  /** Where a form logs out; `null` = nobody is signed in, or there is no such route. */
  logOut: string | null;
  /** The signed-in user, if any. */
  user?: { username: string };
  /** One sentence above the form, such as "Your password must be changed before you go on." */
  notice?: string;
  /** The password policy's limits, in code points. */
  password: { minLength: number; maxLength: number };
  /** What the partial `captcha` shows. */
  captcha?: CaptchaWidget;
}

/** A message next to a field. */
interface FieldMessage {
  field: string;
  message: string;
}

/** What a form shows of its fields: the messages of a refused post, and where the focus is. */
export function formState(
  page: PageDefinition,
  values: FieldValues,
  error?: Pick<AuthErrorBody, 'code' | 'message' | 'errors'>,
): Pick<TemplateData, 'error' | 'alert' | 'summary' | 'fieldErrors' | 'autofocus'> {
  const names = fieldNames(page);
  const fieldErrors = messagesByField(error?.errors);
  const summary = names.flatMap((field) => (fieldErrors[field] ?? []).map((message) => ({ field, message })));
  const empty = page.focus ? names.find((name) => !values[name]) : undefined;
  // The summary of the errors takes the focus, and leads to their fields.
  const focused = summary.length > 0 ? undefined : empty;
  return {
    error: error && { code: error.code, message: error.message },
    alert: error && beyond(summary, error.message),
    summary,
    fieldErrors,
    autofocus: focused === undefined ? {} : { [focused]: true },
  };
}

/** What a message says that the messages next to the fields do not. */
function beyond(summary: readonly FieldMessage[], message: string): string | undefined {
  const rest = summary.reduce((text, said) => text.replace(said.message, ''), message);
  return rest.replaceAll(/\s+/g, ' ').trim() || undefined;
}

/** Groups messages by their fields. */
function messagesByField(messages: readonly FieldMessage[] = []): Record<string, string[]> {
  // No prototype: an unknown field is named by the sender, and may be called `__proto__`.
  const byField: Record<string, string[]> = Object.create(null);
  for (const { field, message } of messages) (byField[field] ??= []).push(message);
  return byField;
}
