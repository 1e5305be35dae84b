import { expect, it } from 'vitest';
import { stylesheet } from '../../src/page/theme.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { colorFaultsOf, faultsOf } from './axe.js';
import type { Reader } from './reader.js';
import { describeInBrowsers } from './stage.js';

describeInBrowsers('the pages for everybody', (stage) => {
  it('let a person log in by the keyboard alone, who always sees where that is', async () => {
    const username = await stage.user();
    const person = await stage.reader();
    await person.open('/login?next=%2Fprivate');
    const seen: (string | null)[] = [];
    const look = async () => {
      seen.push(
        await person.page
          .locator(':focus')
          .evaluate((element) => element.getAttribute('name') ?? element.textContent),
      );
      expect(await isFocusSeen(person)).toBe(true);
    };
    await look();
    await person.page.keyboard.type(username);
    for (const _ of ['password', 'Show', 'Log in', 'Create one']) {
      await person.strike('Tab');
      await look();
    }
    expect(seen).toEqual(['username', 'password', 'Show', 'Log in', 'Create one']);
    await person.strike('Shift+Tab', 'Shift+Tab', 'Shift+Tab');
    await person.page.keyboard.type(OTHER_PASSWORD);
    await person.strikeOn('Enter');
    expect([person.status, await person.focused()]).toEqual([401, 'password']);
    await person.page.keyboard.type(PASSWORD);
    await person.strikeOn('Enter');
    expect(person.where()).toBe('/private');
  });

  it('lead from the summary of errors to the field, without a mouse and without a script', async () => {
    const username = await stage.user();
    const person = await stage.reader(await stage.signedIn(username));
    await person.open('/change-password');
    await person.changePassword(PASSWORD, 'password1');
    expect(await person.page.title()).toBe('Error: Change password');
    expect(await person.alert()).toMatch(/too common/);
    await person.page.getByRole('link', { name: /too common/ }).focus();
    await person.strike('Enter');
    expect(await person.focused()).toBe('new_password');
  });

  it('tell a password manager what each field is', async () => {
    const username = await stage.user();
    const person = await stage.reader(await stage.signedIn(username));
    const fields = async (path: string) => {
      await person.open(path);
      return person.page.locator('form input:not([type=hidden])').evaluateAll((inputs) =>
        inputs.map((input) => [
          input.getAttribute('autocomplete'),
          input.getAttribute('type'),
          // Its value only where that is given to be read along.
          input.getAttribute(input.hasAttribute('hidden') ? 'value' : 'name'),
        ]),
      );
    };
    expect(await fields('/login')).toEqual([
      ['username', 'text', 'username'],
      ['current-password', 'password', 'password'],
    ]);
    expect(await fields('/register')).toEqual([
      ['username', 'text', 'username'],
      ['email', 'email', 'email'],
      ['new-password', 'password', 'password'],
      ['new-password', 'password', 'confirm_password'],
    ]);
    expect(await fields('/change-password')).toEqual([
      ['username', 'text', username],
      ['current-password', 'password', 'old_password'],
      ['new-password', 'password', 'new_password'],
      ['new-password', 'password', 'confirm_new_password'],
    ]);
  });

  it('bar nobody where the script does not come', async () => {
    const person = await stage.reader(await stage.signedIn(await stage.user()));
    await person.page.route('**/page.js', (route) => route.abort());
    for (const path of ['/login', '/register', '/change-password']) {
      await person.open(path);
      expect(await person.page.getByRole('button', { name: 'Show' }).count()).toBe(0);
      expect(await faultsOf(person.page)).toEqual([]);
    }
    await person.changePassword(OTHER_PASSWORD, PASSWORD);
    expect(person.status).toBe(422);
    expect(await faultsOf(person.page)).toEqual([]);
    expect(await colorFaultsOf(person.page, 'dark')).toEqual([]);
  });

  it('need no sideways scrolling in any language, at 320 pixels', async () => {
    const person = await stage.reader(await stage.signedIn(await stage.user()));
    await person.page.setViewportSize({ width: 320, height: 640 });
    for (const language of ['de', 'es', 'fr', 'ja', 'pl']) {
      await person.page.setExtraHTTPHeaders({ 'accept-language': language });
      for (const path of ['/login', '/logout', '/register', '/change-password']) {
        await person.open(path);
        const shown = await person.page.evaluate(() => {
          const { lang, scrollWidth, clientWidth } = document.documentElement;
          return { lang, overflow: scrollWidth - clientWidth };
        });
        expect({ path, ...shown }).toEqual({ path, lang: language, overflow: 0 });
      }
    }
  });

  it('can be read in the dark, whatever colour the host gave its links', async () => {
    const { page } = await stage.reader();
    const show = (css: string) =>
      page.setContent(
        `<html lang="en"><title>Links</title><style>${css}</style><main><h1>Links</h1><a href="/">Home</a>` +
          '<p class="notice"><a href="/">Notice</a></p><p class="alert">Alert</p><p class="error">Error</p></main>',
      );
    for (const color of ['navy', 'darkred', 'yellow', 'black']) {
      await show(stylesheet({ linkColor: color, errorTextColor: color, backgroundColor: 'white' }));
      expect(await colorFaultsOf(page, 'dark')).toEqual([]);
      const link = page.getByRole('link', { name: 'Home' });
      expect(await link.evaluate((element) => getComputedStyle(element).color)).toMatch(/^oklch\(0\.8 /);
    }
    await show(stylesheet({}, { linkColor: 'oklch(0.3 0.1 30)' }));
    expect(await colorFaultsOf(page, 'dark')).toEqual([expect.stringMatching(/^color-contrast: <a/)]);
  });
});

/** Whether something is drawn around what has the focus, or around its frame. */
function isFocusSeen(person: Reader): Promise<boolean> {
  return person.page.locator(':focus').evaluate((focused) => {
    const isOutlined = (element: Element | null): boolean => {
      if (!element) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    };
    return isOutlined(focused) || isOutlined(focused.closest('.control'));
  });
}
