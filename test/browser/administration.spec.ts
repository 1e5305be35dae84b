import { expect, it } from 'vitest';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { ADMIN } from '../support/sample.js';
import { faultsOf } from './axe.js';
import type { Reader } from './reader.js';
import { describeInBrowsers } from './stage.js';

const LANGUAGES = ['de', 'es', 'fr', 'ja', 'pl'];

describeInBrowsers('the pages of sessions and users', (stage) => {
  /** Somebody who is signed in, without JavaScript. */
  const signedIn = async (username: string) =>
    stage.reader({ ...(await stage.signedIn(username)), javaScriptEnabled: false });

  const notice = (person: Reader) => person.page.locator('[role=status].notice').innerText();

  it('without JavaScript let a person see where the account is open, and close it there', async () => {
    const username = await stage.user();
    const person = await signedIn(username);
    const elsewhere = await signedIn(username);
    await signedIn(username);
    await person.open('/change-password');
    await person.openMenu();
    await person.choose('My sessions');
    expect(await person.page.locator('.items > li').count()).toBe(3);

    await person.page
      .locator('.items > li')
      .filter({ hasNotText: 'This session' })
      .first()
      .getByRole('button', { name: 'Log out' })
      .click();
    expect(await notice(person)).toBe('The session has been logged out.');
    await person.confirm('Log out everywhere else');
    expect(await notice(person)).toBe('You have been logged out everywhere else.');
    expect(await person.page.locator('.items > li').count()).toBe(1);
    await elsewhere.open('/sessions');
    expect(elsewhere.where()).toBe('/login?next=%2Fsessions');

    await person.press('Log out');
    expect(person.where()).toBe('/login?next=%2Fsessions');
    expect(await notice(person)).toBe('You have been logged out.');
  });

  it('without JavaScript let a super-user look after somebody from the first day to the last', async () => {
    const username = freshUsername();
    const admin = await signedIn(ADMIN);
    await admin.open('/users');
    await admin.choose('Create a user');
    await admin.enter({ Username: username, 'Email (optional)': 'zoe@nowhere' });
    await admin.page.getByLabel('Approve immediately').check();
    await admin.press('Create user');
    expect(admin.status).toBe(422);
    expect(await admin.errorOf('Email (optional)')).toMatch(/email address/);
    expect(await admin.page.getByLabel('Approve immediately').isChecked()).toBe(true);
    await admin.enter({ 'Email (optional)': '' });
    await admin.press('Create user');
    expect(admin.status).toBe(200);
    const password = await admin.page.locator('.generated').innerText();
    await admin.page.reload();
    expect(admin.where()).toMatch(/^\/users\/[\w-]+$/);
    expect(await admin.page.locator('.generated').count()).toBe(0);

    const person = await stage.reader({ javaScriptEnabled: false });
    await person.open('/login');
    await person.logIn(username, password);
    expect(person.where()).toMatch(/^\/change-password/);
    await person.changePassword(password, PASSWORD);
    await person.logIn(username, PASSWORD);

    await admin.enter({ 'Display name (optional)': 'Zoë Berg' });
    await admin.press('Save');
    expect(await notice(admin)).toBe('The changes have been saved.');
    await admin.confirm('Lock');
    expect(await admin.text()).toContain('Locked since');
    await person.open('/private');
    expect(person.where()).toBe('/login?next=%2Fprivate');
    await admin.press('Unlock');

    await admin.choose('Set a password');
    await admin.enter({ 'New password': 'password1' });
    await admin.press('Set password');
    expect(await admin.errorOf('New password')).toMatch(/too common/);
    expect(await admin.valueOf('New password')).toBe('');
    await admin.enter({ 'New password': OTHER_PASSWORD });
    await admin.page.getByLabel('Must change the password at the next login').uncheck();
    await admin.press('Set password');
    expect(await notice(admin)).toBe('The password has been set.');
    await person.logIn(username, OTHER_PASSWORD);
    expect(person.where()).toBe('/private');

    await admin.open('/users');
    await admin.page.getByLabel('Name or email').fill('berg');
    await admin.press('Search');
    await admin.choose(username);
    await admin.choose('Delete user');
    await admin.press('Delete');
    expect([admin.where(), await notice(admin)]).toEqual(['/users', 'The user has been deleted.']);
    await person.open('/private');
    expect(person.where()).toBe('/login?next=%2Fprivate');
  });

  it('can be gone through by the keyboard alone, and always show where that is', async () => {
    const username = await stage.user();
    const admin = await stage.reader(await stage.signedIn(ADMIN));
    await admin.open('/users');
    await tabTo(admin, 'q');
    await admin.page.keyboard.type(username);
    await admin.strikeOn('Enter');
    await tabTo(admin, username);
    await admin.strikeOn('Enter');
    await tabTo(admin, 'Lock');
    await admin.strike('Enter');
    expect(await admin.page.locator('.ask[open] p').innerText()).toMatch(new RegExp(`^Lock ${username}\\?`));
    expect(await faultsOf(admin.page)).toEqual([]);
    await tabTo(admin, 'Yes, continue');
    await admin.strikeOn('Enter');
    expect(await admin.text()).toContain('Locked since');
    await tabTo(admin, 'must_change');
    await admin.strike('Space');
    await tabTo(admin, 'Save');
    await admin.strikeOn('Enter');
    expect(await admin.text()).toContain('Must change password');
  });

  it('have a menu of the account at their top, by the keyboard and in a narrow window, which leads out', async () => {
    const username = await stage.user();
    const person = await stage.reader(await stage.signedIn(username));
    await person.page.setViewportSize({ width: 320, height: 640 });
    await person.open('/sessions');
    const links = person.page.getByRole('navigation', { name: 'My account' }).getByRole('link');
    expect(await links.count()).toBe(0);
    await person.strike('Tab', 'Tab', 'Enter');
    expect(await links.allInnerTexts()).toEqual(['My profile', 'Change password', 'My sessions']);
    expect(await faultsOf(person.page)).toEqual([]);
    expect(
      await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    ).toBeLessThanOrEqual(0);
    await person.strike('Tab', 'Tab');
    await person.strikeOn('Enter');
    expect(person.where()).toBe('/change-password');

    await person.openMenu();
    await person.press('Log out');
    expect([person.where(), await notice(person)]).toEqual(['/login', 'You have been logged out.']);
    await person.open('/sessions');
    expect(person.where()).toBe('/login?next=%2Fsessions');

    const admin = await signedIn(ADMIN);
    await admin.open('/sessions');
    await admin.choose('Users');
    expect(admin.where()).toBe('/users');
  });

  it('offer super-users nothing that they cannot do to their own account, and say so in an alert', async () => {
    const username = await stage.user();
    const admin = await signedIn(ADMIN);
    const offered = async (of: string): Promise<number[]> => {
      await admin.open(`/users?q=${of}`);
      await admin.choose(of);
      const fields = [
        'Username',
        'Super-user',
        'Account is active',
        'Must change the password at the next login',
      ];
      return Promise.all([
        ...fields.map((label) => admin.page.getByLabel(label, { exact: true }).count()),
        ...['Lock', 'Reject', 'Delete user'].map((name) =>
          admin.page.getByText(name, { exact: true }).count(),
        ),
      ]);
    };
    expect(await offered(username)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(await offered(ADMIN)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    // A page that was opened before its reader became a super-user may still hold the field.
    await admin.page.evaluate(() => {
      const field = Object.assign(document.createElement('input'), { name: 'is_super_user', value: 'false' });
      document.querySelector('input[name=display_name]')?.after(field);
    });
    await admin.press('Save');
    expect(admin.status).toBe(409);
    expect(await admin.alert()).toBe('You cannot do this to your own account.');
  });

  it('let a super-user end one session of a user, or all of them after a question', async () => {
    const username = await stage.user();
    const [one, other] = [await signedIn(username), await signedIn(username)];
    const admin = await signedIn(ADMIN);
    await admin.open(`/users?q=${username}`);
    await admin.choose(username);
    const sessions = admin.page.locator('.items > li');
    expect(await sessions.count()).toBe(2);
    await sessions.last().getByRole('button', { name: 'Log out' }).click();
    expect(await notice(admin)).toBe('The session has been logged out.');
    expect(await sessions.count()).toBe(1);
    await admin.confirm('Log out everywhere');
    expect(await sessions.count()).toBe(0);
    for (const person of [one, other]) {
      await person.open('/sessions');
      expect(person.where()).toBe('/login?next=%2Fsessions');
    }
  });

  it('need no sideways scrolling in any language, at 320 pixels, and use each id once', async () => {
    const username = await stage.user();
    await signedIn(username);
    const admin = await stage.reader(await stage.signedIn(ADMIN));
    await admin.open(`/users?q=${username}`);
    await admin.choose(username);
    const own = admin.where();
    await admin.page.setViewportSize({ width: 320, height: 640 });
    for (const language of LANGUAGES) {
      await admin.page.setExtraHTTPHeaders({ 'accept-language': language });
      for (const path of [
        '/sessions',
        '/users',
        '/users/new',
        '/audit',
        own,
        `${own}/password`,
        `${own}/delete`,
      ]) {
        await admin.open(path);
        const shown = await admin.page.evaluate(() => {
          const { lang, scrollWidth, clientWidth } = document.documentElement;
          const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
          return { lang, overflow: scrollWidth - clientWidth, doubled: ids.length - new Set(ids).size };
        });
        expect({ path, ...shown }).toEqual({ path, lang: language, overflow: 0, doubled: 0 });
      }
      expect(await faultsOf(admin.page)).toEqual([]);
    }
  });
});

/** Presses Tab until that has the focus: a field by its name, anything else by its text. */
async function tabTo(person: Reader, wanted: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await person.strike('Tab');
    // The button of a date field is inside of it, where `:focus` does not see it.
    const focused = person.page.locator(':focus, input:focus-within');
    const [name, text, outline] = await focused.evaluate((element) => [
      element.getAttribute('name'),
      element.textContent,
      getComputedStyle(element.closest('.control') ?? element).outlineStyle,
    ]);
    expect(outline).not.toBe('none');
    if (name === wanted || text === wanted) return;
  }
  throw new Error(`${wanted} cannot be reached by the keyboard.`);
}
