import type { MessageKey, Texts } from '../messages/message.js';

interface Page {
  /** The option that names a template of the host's for it. */
  option: string;
  /** Its fields in the order they are filled in, each with its label. */
  fields: Readonly<Record<string, MessageKey>>;
  /** Whether it loads our script, and its content security policy lets it. */
  script: boolean;
  /** Whether its first empty field takes the focus; else only one with an error does. */
  focus: boolean;
}

/** The fields of a user that a super-user fills in. */
const USER_FIELDS = {
  username: 'field.username',
  email: 'field.email',
  display_name: 'field.display_name',
  first_name: 'field.first_name',
  last_name: 'field.last_name',
} as const;

/** The bundled pages; their names are also those of the templates in `views/`. */
export const PAGES = {
  login: {
    option: 'login.templatePath',
    fields: { username: 'field.username', password: 'field.password' },
    script: true,
    focus: true,
  },
  logout: { option: 'logout.templatePath', fields: {}, script: false, focus: false },
  register: {
    option: 'register.templatePath',
    fields: {
      username: 'field.username',
      email: 'field.email',
      password: 'field.password',
      confirm_password: 'field.confirm_password',
    },
    script: true,
    focus: true,
  },
  'change-password': {
    option: 'changePassword.templatePath',
    fields: {
      old_password: 'field.old_password',
      new_password: 'field.new_password',
      confirm_new_password: 'field.confirm_new_password',
    },
    script: true,
    focus: true,
  },
  sessions: { option: 'templatePaths.sessions', fields: {}, script: false, focus: false },
  users: { option: 'templatePaths.users', fields: {}, script: false, focus: false },
  'create-user': {
    option: 'templatePaths.create-user',
    fields: {
      ...USER_FIELDS,
      password: 'field.password',
      password_expiry: 'field.password_expiry',
      must_change: 'field.must_change',
      is_super_user: 'field.is_super_user',
      auto_approve: 'field.auto_approve',
    },
    script: true,
    focus: true,
  },
  user: {
    option: 'templatePaths.user',
    fields: {
      ...USER_FIELDS,
      password_expires_at: 'field.password_expires_at',
      must_change: 'field.must_change',
      is_active: 'field.is_active',
      is_super_user: 'field.is_super_user',
    },
    script: false,
    focus: false,
  },
  'delete-user': { option: 'templatePaths.delete-user', fields: {}, script: false, focus: false },
  'user-password': {
    option: 'templatePaths.user-password',
    fields: {
      new_password: 'field.new_password',
      password_expiry: 'field.password_expiry',
      must_change: 'field.must_change',
    },
    script: true,
    focus: true,
  },
  refused: { option: 'templatePaths.refused', fields: {}, script: false, focus: false },
} as const satisfies Record<string, Page>;

/** A bundled page; also the name of its template in `views/`. */
export type PageName = keyof typeof PAGES;

/** The names of all pages. */
export const PAGE_NAMES = Object.keys(PAGES) as PageName[];

/** The names of a page's fields, in the order they are filled in. */
export function fieldsOf(page: PageName): string[] {
  return Object.keys(PAGES[page].fields);
}

/** The label of each field of a page, by its name. */
export function labelsOf(page: PageName, texts: Texts): ReadonlyMap<string, string> {
  const { fields }: Page = PAGES[page];
  return new Map(Object.entries(fields).map(([name, label]) => [name, texts.say(label)]));
}
