import { beforeAll, expect, it } from 'vitest';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Reader } from './reader.js';
import { describeInBrowsers } from './stage.js';
import { Watch } from './watch.js';

describeInBrowsers('the script of the pages', (stage) => {
  let username: string;
  let person: Reader;
  let watch: Watch;
  beforeAll(async () => {
    username = await stage.user();
    person = await stage.reader(await stage.signedIn(username));
    watch = await Watch.over(person.page.context());
  });

  const button = (id: string) => person.page.locator(`#${id} + button`);
  const input = (id: string) => person.page.locator(`#${id}`);
  const status = async () =>
    (await person.page.locator('form [role=status]').allInnerTexts()).filter((text) => text !== '').join(' ');

  it('shows what was typed, and hides it again', async () => {
    await person.open('/change-password');
    await person.enter({ 'New password': 'abc' });
    expect(await button('new_password').innerText()).toBe('Show');
    await button('new_password').click();
    expect(await button('new_password').innerText()).toBe('Hide');
    expect(await input('new_password').getAttribute('type')).toBe('text');
    expect(await input('old_password').getAttribute('type')).toBe('password');
    expect(await person.valueOf('New password')).toBe('abc');
    await button('new_password').click();
    expect(await input('new_password').getAttribute('type')).toBe('password');
    const label = await button('new_password').getAttribute('aria-describedby');
    expect(await person.page.locator(`[id="${label}"]`).innerText()).toBe('New password');
  });

  it('hides it before it is sent, so that no browser remembers it as text', async () => {
    await person.open('/change-password');
    await person.page.evaluate(() => {
      document.querySelector('main form')?.addEventListener('submit', (event) => event.preventDefault());
    });
    await person.enter({ 'Current password': 'x', 'New password': 'y', 'Confirm new password': 'y' });
    await input('new_password').evaluate((field) => field.removeAttribute('minlength'));
    await button('old_password').click();
    await person.page.getByRole('button', { name: 'Change password', exact: true }).click();
    expect(await input('old_password').getAttribute('type')).toBe('password');
    expect(await person.valueOf('Current password')).toBe('x');
  });

  it('says of a new password whether it is long enough, and is not the user name', async () => {
    await person.open('/change-password');
    for (const [password, said] of [
      ['', ''],
      ['abc', 'Too short.'],
      ['🦊🦊🦊🦊🦊🦊🦊', 'Too short.'],
      [`${username.toUpperCase()}!`, 'Must not contain your username.'],
      [PASSWORD, 'Long enough.'],
    ] as const) {
      await person.enter({ 'New password': password });
      expect(await status()).toBe(said);
    }
    await person.enter({ 'New password': '', 'Current password': 'abc', 'Confirm new password': 'abc' });
    expect(await status()).toBe('');
  });

  it('looks at the user name that is being typed, too', async () => {
    await person.open('/register');
    await person.enter({ Password: 'orangutan' });
    expect(await status()).toBe('Long enough.');
    await person.enter({ Username: 'Orangutan' });
    expect(await status()).toBe('Must not contain your username.');
    await person.enter({ Username: 'ab', Password: 'grab a chair' });
    expect(await status()).toBe('Long enough.');
  });

  it('tells of caps lock while a password is typed', async () => {
    await person.open('/login');
    const strike = (capsLock: boolean) =>
      input('password').evaluate(
        (field, isOn) =>
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: isOn })),
        capsLock,
      );
    await strike(true);
    expect(await status()).toBe('Caps Lock is on.');
    await strike(false);
    expect(await status()).toBe('');
    await strike(true);
    await input('password').evaluate((field) => field.dispatchEvent(new Event('keydown')));
    await person.page.getByLabel('Username').focus();
    await input('password').focus();
    await person.page.getByLabel('Username').focus();
    expect(await status()).toBe('');
  });

  it('sends a form once for a double click', async () => {
    const sent: string[] = [];
    person.page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await person.open('/register');
    await person.enter({ Username: freshUsername(), Password: PASSWORD, 'Confirm password': PASSWORD });
    await person.page.getByRole('button', { name: 'Create account' }).dblclick();
    await person.page.waitForURL('**/login');
    expect(sent).toHaveLength(1);
  });

  it('speaks the language of the page', async () => {
    await person.page.setExtraHTTPHeaders({ 'accept-language': 'de' });
    await person.open('/change-password');
    await input('new_password').fill('abc');
    expect(await status()).toBe('Zu kurz.');
    expect(await button('new_password').innerText()).toBe('Anzeigen');
    await person.page.setExtraHTTPHeaders({});
  });

  it('breaks no policy and throws nothing, and nothing private is left behind it', async () => {
    await person.open('/change-password');
    await person.open('/logout');
    await person.press('Log out');
    for (let step = 0; step < 3; step += 1) {
      await person.goBack();
      expect(await person.text()).not.toContain(username);
      expect(await person.page.content()).not.toContain(OTHER_PASSWORD);
    }
    expect(watch).toMatchObject({ violations: [], console: [] });
    expect(watch.elsewhere(stage.url)).toEqual([]);
  });
});
