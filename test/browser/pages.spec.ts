import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { colorFaultsOf, faultsOf } from './axe.js';
import { ADMIN } from '../support/sample.js';
import type { Reader } from './reader.js';
import { describeInBrowsers } from './stage.js';
import { Watch } from './watch.js';

/** A folder; each page's picture is stored there: `SCREENSHOTS=docs/screenshots npx vitest run test/browser`. */
const screenshots = process.env.SCREENSHOTS;

interface Shown {
  /** Also the name of its picture. */
  name: string;
  /** Who is signed in. */
  as?: string;
  open: string;
  /** What is done there. */
  act?: (person: Reader) => Promise<void>;
  status?: number;
  /** What the address bar says at the end, if not what was opened. */
  at?: string | RegExp;
  dark?: boolean;
  /** Whether its picture is longer than the window. */
  whole?: boolean;
}

const PHONES = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
];

/** The page of somebody. */
const USER = /^\/users\/[\w-]+$/;

const pages: Shown[] = [
  { name: 'home-signed-out', open: '/' },
  { name: 'home', as: 'ada', open: '/' },
  { name: 'private', as: 'ada', open: '/private' },
  { name: 'admin', as: ADMIN, open: '/admin' },
  { name: 'login', open: '/login' },
  { name: 'login-dark', open: '/login', dark: true },
  {
    name: 'login-notice',
    open: '/register',
    async act(person) {
      const username = freshUsername();
      await person.enter({ Username: username, Password: PASSWORD, 'Confirm password': PASSWORD });
      await person.press('Create account');
    },
    at: '/login',
  },
  { name: 'login-signed-in', as: 'ada', open: '/login' },
  {
    name: 'login-error',
    open: '/login',
    act: (person) => person.logIn('ada', OTHER_PASSWORD),
    status: 401,
  },
  { name: 'register', open: '/register' },
  { name: 'register-dark', open: '/register', dark: true },
  {
    name: 'register-error',
    open: '/register',
    async act(person) {
      await person.enter({ Username: 'linus', Password: PASSWORD, 'Confirm password': OTHER_PASSWORD });
      await person.press('Create account');
    },
    status: 422,
  },
  { name: 'change-password', as: 'ada', open: '/change-password' },
  {
    name: 'change-password-error',
    as: 'ada',
    open: '/change-password',
    act: (person) => person.changePassword(PASSWORD, 'password1'),
    status: 422,
  },
  { name: 'must-change', as: 'grace', open: '/private', at: '/change-password?next=%2Fprivate' },
  { name: 'logout', as: 'ada', open: '/logout' },
  { name: 'sessions', as: 'ada', open: '/sessions' },
  { name: 'sessions-dark', as: 'ada', open: '/sessions', dark: true },
  { name: 'users', as: ADMIN, open: '/users' },
  { name: 'users-dark', as: ADMIN, open: '/users', dark: true },
  { name: 'audit', as: ADMIN, open: '/audit' },
  { name: 'create-user', as: ADMIN, open: '/users/new', whole: true },
  {
    name: 'create-user-error',
    as: ADMIN,
    open: '/users/new',
    async act(person) {
      await person.enter({ Username: 'ada', 'Days until the password expires (optional)': '0' });
      await person.press('Create user');
    },
    status: 422,
    at: '/users',
  },
  {
    name: 'user',
    as: ADMIN,
    open: '/users?q=ada',
    act: (person) => person.choose('ada'),
    at: USER,
    whole: true,
  },
  {
    name: 'user-dark',
    as: ADMIN,
    open: '/users?q=ada',
    act: (person) => person.choose('ada'),
    at: USER,
    dark: true,
    whole: true,
  },
  {
    name: 'user-password',
    as: ADMIN,
    open: '/users?q=ada',
    async act(person) {
      await person.choose('ada');
      await person.choose('Set a password');
    },
    at: /^\/users\/[\w-]+\/password$/,
    whole: true,
  },
  {
    name: 'user-password-generated',
    as: ADMIN,
    open: '/users?q=alan',
    async act(person) {
      await person.choose('alan');
      await person.choose('Set a password');
      await person.press('Generate a password');
    },
    at: /^\/users\/[\w-]+\/password\/generate$/,
  },
  {
    name: 'delete-user',
    as: ADMIN,
    open: '/users?q=alan',
    async act(person) {
      await person.choose('alan');
      await person.choose('Delete user');
    },
    at: /^\/users\/[\w-]+\/delete$/,
  },
  { name: 'refused', as: 'ada', open: '/users', status: 403 },
];

describeInBrowsers('the pages with JavaScript', (stage) => {
  const windows = new Map<string | undefined, { person: Reader; watch: Watch }>();
  const openWindow = async (as?: string) => {
    const person = await stage.reader(as === undefined ? {} : await stage.signedIn(as));
    windows.set(as, { person, watch: await Watch.over(person.page.context()) });
  };
  beforeAll(async () => {
    await stage.user({ username: 'ada' });
    await stage.user({ username: 'grace', must_change: true });
    await stage.user({ username: 'alan' });
    for (const userAgent of PHONES) {
      const person = await stage.reader({ userAgent });
      await person.open('/login');
      await person.logIn('ada', PASSWORD);
      await person.page.context().close();
    }
    await Promise.all([undefined, 'ada', 'grace', ADMIN].map(openWindow));
  });

  it.each(pages)('break no policy, ask nobody else for anything, and bar nobody: $name', async (shown) => {
    const { person, watch } = windowOf(shown.as);
    watch.forget();
    await person.page.setViewportSize({ width: 1280, height: 800 });
    await person.page.emulateMedia({ colorScheme: shown.dark ? 'dark' : 'light' });

    await person.open(shown.open);
    await shown.act?.(person);

    const at = shown.at ?? shown.open;
    expect([person.status, person.where()]).toEqual([
      shown.status ?? 200,
      typeof at === 'string' ? at : expect.stringMatching(at),
    ]);
    if (screenshots) {
      const path = join(screenshots, `${shown.name}.png`);
      await person.page.screenshot({ path, fullPage: shown.whole ?? false });
    }
    expect(watch).toMatchObject({ violations: [], console: [] });
    expect(watch.elsewhere(stage.url)).toEqual([]);
    expect(watch.requests).toContain(`${stage.url}/styles.css`);
    expect(await isStyled(person)).toBe(true);
    expect(await faultsOf(person.page)).toEqual([]);
    expect(await colorFaultsOf(person.page, shown.dark ? 'light' : 'dark')).toEqual([]);
    await person.page.setViewportSize({ width: 320, height: 640 });
    expect(await overflow(person)).toBe(0);
  });

  it('would be caught at what they must not do', async () => {
    const { person, watch } = windowOf(undefined);
    await person.open('/login');
    watch.forget();
    await person.page.evaluate(() => document.querySelector('main')?.setAttribute('style', 'color: red'));
    await expect.poll(() => watch.violations).toEqual(['style-src-attr forbids inline']);
    await expect.poll(() => watch.console).toEqual([expect.stringContaining('Content Security Policy')]);

    const foreign = 'http://elsewhere.example/picture.png';
    await person.open('/');
    await person.page.evaluate((src) => (new Image().src = src), foreign);
    await expect.poll(() => watch.elsewhere(stage.url)).toEqual([foreign]);
  });

  function windowOf(as: string | undefined): { person: Reader; watch: Watch } {
    const window = windows.get(as);
    if (!window) throw new Error(`${as} has no window.`);
    return window;
  }
});

/** Whether the stylesheet has arrived and is applied. */
function isStyled(person: Reader): Promise<boolean> {
  return person.page.evaluate(() => getComputedStyle(document.body).display === 'grid');
}

/** How many pixels of width lie outside the window (WCAG 2.2, 1.4.10). */
function overflow(person: Reader): Promise<number> {
  return person.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
