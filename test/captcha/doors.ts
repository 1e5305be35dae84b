import type { TestApplication } from '../support/application.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients, type Client, type Fields } from '../support/visitor.js';

/** Where a captcha can stand. */
interface Door {
  page: 'login' | 'register';
  path: string;
  /** What opens the door but for the captcha. */
  fields: (host: TestApplication) => Promise<Fields & { username: string }>;
  /** The same with something missing. */
  incomplete: Fields;
  done: { to: string; status?: number };
  /** Whether it has been opened for this name. */
  isOpened: (host: TestApplication, username: string) => Promise<boolean>;
}

export const doors: Door[] = [
  {
    page: 'login',
    path: '/login',
    fields: async ({ people }) => ({ username: (await people.person()).username, password: PASSWORD }),
    incomplete: { username: 'somebody' },
    done: { to: '/' },
    isOpened: async ({ rows }, username) => {
      const { id } = await rows.one('sso_user', { username });
      return (await rows.count('sso_session', { user_id: id })) > 0;
    },
  },
  {
    page: 'register',
    path: '/register',
    fields: async () => ({ username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD }),
    incomplete: { username: 'somebody', password: PASSWORD },
    done: { to: '/login', status: 201 },
    isOpened: async ({ rows }, username) => (await rows.count('sso_user', { username })) > 0,
  },
];

/** Each door in both ways to speak with it. */
export const ways: (Door & { client: Client })[] = doors.flatMap((door) =>
  clients.map((client) => ({ ...door, client })),
);
