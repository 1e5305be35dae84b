import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browsers, leftOut } from '../browser/browsers.js';
import { Reader } from '../browser/reader.js';
import { hosted } from '../support/hosted.js';
import { providers } from './providers.js';
import { SECRET_KEY, SITE_KEY, StandIn } from './stand-in.js';

const standIn = await StandIn.start();
afterAll(() => standIn.stop());

const STRANGER = 'https://elsewhere.example/more.js';

/** What a provider's script does: it puts a frame and a field into its element, and loads more scripts. */
function widget(selector: string, field: string, token: string, frame: string, scripts: string[]): string {
  return `
    const element = document.querySelector(${JSON.stringify(selector)});
    const add = (name, properties) => element.append(Object.assign(document.createElement(name), properties));
    add('iframe', { src: ${JSON.stringify(frame)} });
    for (const src of ${JSON.stringify(scripts)}) add('script', { src });
    add('textarea', { name: ${JSON.stringify(field)}, hidden: true, value: ${JSON.stringify(token)} });`;
}

it('captchas are solved in every browser, or it is said which is left out', () => {
  if (leftOut.length > 0) console.warn(`Left out: ${leftOut.join('; ')}`);
  expect(browsers.length + leftOut.length).toBe(1);
});

describe.each(browsers)('in $name', ({ launch }) => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function newPage(): Promise<Page> {
    if (!browser) throw new Error('There is no browser before the first test.');
    return browser.newPage();
  }

  describe.each(providers)('the captcha of $name', ({ make, field, widgetClass, script, opens }) => {
    const captcha = make({ siteKey: SITE_KEY, secretKey: SECRET_KEY, verifyUrl: standIn.url });
    const host = hosted({ options: { login: { captcha, redirectTo: '/public' } } });
    const address = (source = ''): string => `${source.replace('*', 'assets').replace(/\/$/, '')}/widget`;

    it('lets in whoever solves it, and nothing runs but what the provider is known for', async () => {
      const { username, password } = await host.people.person();
      const page = await newPage();
      const asked: string[] = [];
      const refused: string[] = [];
      const scripts = (opens['script-src'] ?? []).map(address);
      const frames = (opens['frame-src'] ?? []).map(address);
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) refused.push(message.text());
      });
      await page.route(/^https:/, async (route) => {
        const url = route.request().url();
        asked.push(url);
        const isWidget = url === script;
        const body = widget(`.${widgetClass}`, field, standIn.solve(), String(frames[0]), [
          ...scripts,
          STRANGER,
        ]);
        const contentType = frames.includes(url) && !scripts.includes(url) ? 'text/html' : 'text/javascript';
        await route.fulfill({ contentType, body: isWidget ? body : '' });
      });

      const reader = new Reader(page, host.url);
      await reader.open('/login');
      await expect.poll(() => asked).toEqual(expect.arrayContaining([...scripts, frames[0]]));
      await expect.poll(() => refused).not.toEqual([]);
      await reader.logIn(username, password);
      expect(reader.where()).toBe('/public');
      expect(asked.filter((url) => !scripts.includes(url) && !frames.includes(url))).toEqual([script]);
      expect(refused.filter((text) => !text.includes(STRANGER))).toEqual([]);
      await page.close();
    });
  });
});
