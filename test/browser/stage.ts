import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshUsername, PASSWORD } from '../support/people.js';
import type { RunningServer } from '../support/running-server.js';
import { ADMIN, startSample } from '../support/sample.js';
import { Visitor } from '../support/visitor.js';
import { browsers, leftOut } from './browsers.js';
import { Reader } from './reader.js';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

/** A browser and a sample to look at with it; both are there when the first test runs. */
export class Stage {
  private browser?: Browser;
  private sample?: RunningServer;
  private admin?: Promise<Visitor>;

  async set(launch: () => Promise<Browser>): Promise<void> {
    await Promise.all([
      launch().then((browser) => (this.browser = browser)),
      startSample().then((sample) => (this.sample = sample)),
    ]);
  }

  get url(): string {
    return this.sample?.url ?? '';
  }

  /** Somebody in a window that shares nothing with the others. */
  async reader(options: BrowserContextOptions = {}): Promise<Reader> {
    if (!this.browser) throw new Error('There is no browser before the first test.');
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    return Reader.in(context, this.url);
  }

  /** A user whom a super-user has made, password {@link PASSWORD}. */
  async user(given: { username?: string; must_change?: boolean } = {}): Promise<string> {
    const { username = freshUsername(), ...fields } = given;
    this.admin ??= this.signIn(ADMIN);
    const user = { username, password: PASSWORD, auto_approve: true, ...fields };
    const { status, message } = await (await this.admin).api('POST', '/users', user);
    if (status !== 201) throw new Error(`No user ${username}: ${message}`);
    return username;
  }

  /** The cookies of somebody who has just logged in, for the options of {@link reader}. */
  async signedIn(username: string): Promise<BrowserContextOptions> {
    const { cookies } = await this.signIn(username);
    const at = { domain: new URL(this.url).hostname, path: '/', expires: -1 };
    const rest = { httpOnly: true, secure: false, sameSite: 'Lax' as const };
    return {
      storageState: {
        cookies: cookies.entries().map(([name, value]) => ({ name, value, ...at, ...rest })),
        origins: [],
      },
    };
  }

  async clear(): Promise<void> {
    await Promise.all([this.browser?.close(), this.sample?.stop()]);
  }

  private async signIn(username: string): Promise<Visitor> {
    const visitor = new Visitor(this.url);
    const { status, message } = await visitor.submit('/login', { username, password: PASSWORD }, BROWSER);
    if (status !== 200) throw new Error(`${username} cannot log in: ${message}`);
    return visitor;
  }
}

/** A `describe` for each browser found; for those that are not, a test that says so. */
export function describeInBrowsers(name: string, tests: (stage: Stage) => void): void {
  describe(`${name}`, () => {
    it('are looked at in every browser, or say which is left out', () => {
      if (leftOut.length > 0) console.warn(`Left out: ${leftOut.join('; ')}`);
      expect(browsers.length + leftOut.length).toBe(1);
    });

    describe.each(browsers)('in $name', ({ launch }) => {
      const stage = new Stage();
      beforeAll(() => stage.set(launch));
      afterAll(() => stage.clear());
      tests(stage);
    });
  });
}
