import { expect, it } from 'vitest';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { describeInBrowsers } from './stage.js';

const PRIVATE = 'Only people who are signed in see this page.';

describeInBrowsers('the pages without JavaScript', (stage) => {
  const reader = () => stage.reader({ javaScriptEnabled: false });

  it('take a person from registration to logout', async () => {
    const username = freshUsername();
    const person = await reader();
    await person.open('/');
    await person.choose('Private page');
    expect(person.where()).toBe('/login?next=%2Fprivate');
    await person.choose('Create one');
    await person.enter({ Username: username, Password: PASSWORD, 'Confirm password': PASSWORD });
    await person.press('Create account');
    expect(person.where()).toBe('/login?next=%2Fprivate');

    await person.logIn(username, PASSWORD);
    expect(person.where()).toBe('/private');
    expect(await person.text()).toContain(`Signed in as ${username}`);
    expect(await person.text()).toContain(PRIVATE);

    await person.choose('Home');
    await person.choose('Change password');
    expect(await person.text()).toContain(`Signed in as ${username}`);
    await person.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(person.where()).toBe('/login');
    await person.open('/private');
    expect(person.where()).toBe('/login?next=%2Fprivate');

    await person.logIn(username, PASSWORD);
    expect([person.status, person.where()]).toEqual([401, '/login']);
    await person.logIn(username, OTHER_PASSWORD);
    expect(person.where()).toBe('/private');
    expect(await person.text()).toContain(PRIVATE);

    await person.choose('Home');
    await person.choose('Log out');
    expect(await person.text()).toContain(`Signed in as ${username}`);
    await person.press('Log out');
    expect(person.where()).toBe('/login');
    expect(await person.text()).not.toContain(username);
    await person.open('/private');
    expect(person.where()).toBe('/login?next=%2Fprivate');
  });

  it('show the success of the first click where the person clicks twice', async () => {
    const username = freshUsername();
    const person = await reader();
    await person.open('/register');
    await person.enter({ Username: username, Password: PASSWORD, 'Confirm password': PASSWORD });
    await person.page.getByRole('button', { name: 'Create account' }).dblclick();
    // The second click ends the navigation of the first, which `waitForURL` would take for a failure.
    await expect.poll(() => person.text()).toContain('Your account has been created.');
    expect(person.where()).toBe('/login');

    await person.logIn(username, PASSWORD);
    await person.open('/change-password');
    await person.enter({
      'Current password': PASSWORD,
      'New password': OTHER_PASSWORD,
      'Confirm new password': OTHER_PASSWORD,
    });
    await person.page.getByRole('button', { name: 'Change password', exact: true }).dblclick();
    await expect.poll(() => person.text()).toContain('Your password has been changed');
    expect(person.where()).toBe('/login');
  });

  it('show a refused login with the typed user name, and without the password', async () => {
    const username = await stage.user();
    const person = await reader();
    await person.open('/login?next=%2Fprivate');
    expect(await person.focused()).toBe('username');

    await person.logIn(username, OTHER_PASSWORD);

    expect([person.status, await person.page.title()]).toEqual([401, 'Error: Log in']);
    expect(await person.alert()).toMatch(/username or password is incorrect/i);
    expect(await person.valueOf('Username')).toBe(username);
    expect(await person.valueOf('Password')).toBe('');
    expect(await person.focused()).toBe('password');
    expect(await person.page.content()).not.toContain(OTHER_PASSWORD);
    await person.enter({ Password: PASSWORD });
    await person.press('Log in');
    expect(person.where()).toBe('/private');
  });

  it('show beside the fields what is wrong with a registration', async () => {
    const taken = await stage.user();
    const email = 'zoe@example.org';
    const person = await reader();
    await person.open('/register');

    await person.enter({ Username: taken, 'Email (optional)': email });
    await person.enter({ Password: PASSWORD, 'Confirm password': OTHER_PASSWORD });
    await person.press('Create account');
    expect(person.status).toBe(422);
    expect(await person.errorOf('Confirm password')).toMatch(/do not match/i);
    expect(await person.errorOf('Username')).toMatch(/taken/);
    expect(await person.valueOf('Username')).toBe(taken);
    expect(await person.valueOf('Email (optional)')).toBe(email);
    for (const label of ['Password', 'Confirm password']) expect(await person.valueOf(label)).toBe('');

    await person.enter({ Password: PASSWORD, 'Confirm password': PASSWORD });
    await person.press('Create account');
    expect(person.status).toBe(409);
    expect(await person.errorOf('Username')).toMatch(/taken/i);
    expect(await person.page.locator('.alert:focus').innerText()).toMatch(/^There is a problem\s+.*taken/);
    await person.page.getByRole('link', { name: /taken/ }).click();
    expect(await person.focused()).toBe('username');
  });

  it('show beside the fields what is wrong with a new password', async () => {
    const username = await stage.user();
    const person = await reader();
    await person.open('/login?next=%2Fchange-password');
    await person.logIn(username, PASSWORD);

    await person.changePassword(PASSWORD, OTHER_PASSWORD, `${OTHER_PASSWORD}!`);
    expect(person.status).toBe(422);
    expect(await person.errorOf('Confirm new password')).toMatch(/do not match/i);
    await person.changePassword(OTHER_PASSWORD, OTHER_PASSWORD);
    expect(await person.errorOf('Current password')).toMatch(/incorrect/i);
    await person.changePassword(PASSWORD, 'password1');
    expect(await person.errorOf('New password')).toMatch(/too common/i);
    for (const label of ['Current password', 'New password', 'Confirm new password']) {
      expect(await person.valueOf(label)).toBe('');
    }
    await person.open('/private');
    expect(await person.text()).toContain(PRIVATE);
  });

  it('lead somebody who must change the password there first, and then to the page asked for', async () => {
    const username = await stage.user({ must_change: true });
    const person = await reader();
    await person.open('/private');
    await person.logIn(username, PASSWORD);
    expect(person.where()).toBe('/change-password?next=%2Fprivate');
    expect(await person.text()).toContain('Please choose a new password');

    await person.open('/private');
    expect(person.where()).toBe('/change-password?next=%2Fprivate');
    await person.changePassword(PASSWORD, PASSWORD);
    expect(await person.errorOf('New password')).toMatch(/differ/i);
    await person.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(person.where()).toBe('/login?next=%2Fprivate');
    await person.logIn(username, OTHER_PASSWORD);

    expect(person.where()).toBe('/private');
    expect(await person.text()).toContain(PRIVATE);
  });

  it('show nothing private to whoever goes back after the logout', async () => {
    const username = await stage.user();
    const person = await reader();
    await person.open('/login?next=%2Fprivate');
    await person.logIn(username, PASSWORD);
    await person.choose('Home');
    await person.choose('Log out');
    await person.press('Log out');

    const shown: Record<string, string> = {};
    for (let step = 0; step < 3; step += 1) {
      await person.goBack();
      shown[person.where()] = await person.text();
    }

    expect(Object.keys(shown)).toHaveLength(3);
    for (const text of Object.values(shown)) {
      expect(text).not.toContain(username);
      expect(text).not.toContain(PRIVATE);
    }
  });
});
