import type { MessageKey, Texts } from '../messages/message.js';

interface Page {
  /** Its option in `AuthModule.forRoot`. */
  option: 'login' | 'logout' | 'register' | 'changePassword';
  /** Its fields in the order they are filled in, each with its label. */
  fields: Readonly<Record<string, MessageKey>>;
  /** Whether it loads our script, and its content security policy lets it. */
  script: boolean;
}

/** The bundled pages; their names are also those of the templates in `views/`. */
export const PAGES = {
  login: {
    option: 'login',
    fields: { username: 'field.username', password: 'field.password' },
    script: true,
  },
  logout: { option: 'logout', fields: {}, script: false },
  register: {
    option: 'register',
    fields: {
      username: 'field.username',
      email: 'field.email',
      password: 'field.password',
      confirm_password: 'field.confirm_password',
    },
    script: true,
  },
  'change-password': {
    option: 'changePassword',
    fields: {
      old_password: 'field.old_password',
      new_password: 'field.new_password',
      confirm_new_password: 'field.confirm_new_password',
    },
    script: true,
  },
} as const satisfies Record<string, Page>;

/** A bundled page; also the name of its template in `views/`. */
export type PageName = keyof typeof PAGES;

/** The names of a page's fields, in the order they are filled in. */
export function fieldsOf(page: PageName): string[] {
  return Object.keys(PAGES[page].fields);
}

/** The label of each field of a page, by its name. */
export function labelsOf(page: PageName, texts: Texts): ReadonlyMap<string, string> {
  const { fields }: Page = PAGES[page];
  return new Map(Object.entries(fields).map(([name, label]) => [name, texts.say(label)]));
}
