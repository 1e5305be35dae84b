import { beforeAll, expect, it } from 'vitest';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { ADMIN } from '../support/sample.js';
import { faultsOf } from './axe.js';
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

  it('shows times in the time zone and language of the reader, who sees UTC without it', async () => {
    const options = { ...(await stage.signedIn(await stage.user())), timezoneId: 'Asia/Tokyo' };
    const times = async (reader: Reader) => {
      await reader.open('/sessions');
      return reader.page
        .locator('time')
        .first()
        .evaluate((time: HTMLTimeElement) => ({
          at: time.dateTime,
          text: time.innerText,
          title: time.title,
        }));
    };
    const { at, text, title } = await times(await stage.reader({ ...options, locale: 'en-GB' }));
    const inTokyo = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Tokyo' } as const;
    const spoken = (language: string) => new Intl.DateTimeFormat(language, inTokyo).format(new Date(at));
    expect([text, title]).toEqual([spoken('en-GB'), `${at.slice(0, 16).replace('T', ' ')} UTC`]);
    expect((await times(await stage.reader({ ...options, locale: 'de-DE' }))).text).toBe(spoken('de-DE'));
    const without = await times(await stage.reader({ ...options, javaScriptEnabled: false }));
    expect([without.text, without.title]).toEqual([title, '']);
  });

  it('says when a password expires in UTC, and when that is for the reader', async () => {
    const name = await stage.user();
    const options = { ...(await stage.signedIn(ADMIN)), timezoneId: 'Asia/Tokyo', locale: 'en-GB' };
    const admin = await stage.reader(options);
    await admin.open(`/users?q=${name}`);
    await admin.choose(name);
    const field = admin.page.getByLabel('Password expires (optional)', { exact: true });
    const hint = admin.page.locator('#password_expires_at-hint');
    expect(await hint.innerText()).toBe('Time zone: UTC. Leave empty for no expiry.');
    await field.fill('2030-01-31T22:30');
    expect(await hint.innerText()).toContain('In your time zone: 1 Feb 2030, 07:30.');
    await admin.press('Save');
    expect(await field.inputValue()).toBe('2030-01-31T22:30');
    expect(await admin.page.locator('time[datetime="2030-01-31T22:30:00.000Z"]').innerText()).toBe(
      '1 Feb 2030, 07:30',
    );
    await field.fill('');
    await admin.press('Save');
    expect(await admin.page.locator('time[datetime^="2030"]').count()).toBe(0);
  });

  it('copies a password that was generated, or selects it', async () => {
    const name = await stage.user();
    const admin = await stage.reader({
      ...(await stage.signedIn(ADMIN)),
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await admin.open(`/users?q=${name}`);
    await admin.choose(name);
    await admin.choose('Set a password');
    await admin.press('Generate a password');
    const generated = await admin.page.locator('.generated').innerText();
    const copy = admin.page.getByRole('button', { name: 'Copy' });
    await copy.click();
    await expect.poll(() => admin.page.locator('.copy [role=status]').innerText()).toBe('Copied.');
    expect(await admin.page.evaluate(() => navigator.clipboard.readText())).toBe(generated);
    await admin.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('Not here.'));
    });
    await copy.click();
    await expect.poll(() => admin.page.evaluate(() => String(getSelection()).trim())).toBe(generated);
    expect(await faultsOf(admin.page)).toEqual([]);
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
