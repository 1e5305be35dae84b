import type { CaptchaWidget } from '../http/captcha.js';
import type { PageContent } from './page-content.js';
import type { TypedValues } from './typed-values.js';

/** Absolute paths of the other pages, with every prefix; `null` where that face is switched off. */
export interface PagePaths {
  login: string | null;
  logout: string | null;
  register: string | null;
  changePassword: string | null;
  /** The own sessions; only for somebody who is signed in. */
  sessions?: string | null;
  /** The list of users; only for super-users. */
  users?: string | null;
  /** The form for a new user; only for super-users. */
  createUser?: string | null;
  /** The stylesheet. */
  styles: string;
  /** The icon of the pages, which a browser shows beside their title. */
  icon: string;
  /** The script of pages that ask for a password. */
  script: string | null;
  /** Where "Continue" and "Cancel" lead, usually `login.redirectTo`; `null` leaves those links out. */
  home: string | null;
}

/** What a face gives the page renderer, field by field and never spread from a request. */
export interface PageData extends PageContent {
  /** Links. */
  paths: PagePaths;
  /** Where the form posts to: the page's own path, which may carry `?next=…`. */
  action: string;
  /** Value of the hidden `csrf_token` input; without it a form post is refused. */
  csrfToken: string;
  /** Why the last post was refused. */
  error?: { code: string; message: string };
  /** Messages by field name (`new_password`), every failed rule of a field in order. */
  fieldErrors?: Readonly<Record<string, readonly string[]>>;
  /** What was typed and is shown again; never a password. `next` is login's hidden input. */
  values?: TypedValues & { next?: string };
  /** The signed-in user, if any. */
  user?: { username: string };
  /** One plain sentence above the form, such as "Your password must be changed before you go on." */
  notice?: string;
  /** The password policy's limits, in code points. */
  password: { minLength: number; maxLength: number };
  /** What the partial `captcha` shows. */
  captcha?: CaptchaWidget;
}

/** What every template reads, ours and the host's: `PageData`, and what follows from it. */
export interface TemplateData extends PageData {
  /** The language of the page, for `<html lang>`. */
  lang: string;
  /** Whether that language is written from right to left. */
  rtl: boolean;
  fieldErrors: Readonly<Record<string, readonly string[]>>;
  values: TypedValues & { next?: string };
  /** What stands beside the fields, in their order, to be said above the form too. */
  summary: readonly { field: string; message: string }[];
  /** What `error.message` says beyond that. */
  alert?: string;
  /** Holds `true` under the one field that takes the focus: the first with an error, else the first empty one. */
  autofocus: Readonly<Record<string, true>>;
}

/** Groups the `errors` of an error body by field, for `PageData.fieldErrors`. */
export function errorsByField(
  errors: readonly { field: string; message: string }[] = [],
): Record<string, string[]> {
  // No prototype: an unknown field is named by the sender, and may be called `__proto__`.
  const byField: Record<string, string[]> = Object.create(null);
  for (const { field, message } of errors) (byField[field] ??= []).push(message);
  return byField;
}
