import type { BrowserContext, Locator, Page } from 'playwright-core';

/** Somebody at a browser, who reads headings and labels, fills in fields and presses buttons. */
export class Reader {
  /** The status of the page that is shown. */
  status = 0;

  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) this.status = response.status();
    });
  }

  static async in(context: BrowserContext, url: string): Promise<Reader> {
    context.setDefaultTimeout(10_000);
    return new Reader(await context.newPage(), url);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  async choose(link: string): Promise<void> {
    await this.arrive(this.page.getByRole('link', { name: link, exact: true }).click());
  }

  /** Asks for something, and says yes to the question. */
  async confirm(summary: string): Promise<void> {
    await this.page
      .locator('main summary')
      .filter({ hasText: new RegExp(`^\\s*${summary}\\s*$`) })
      .click();
    await this.press('Yes, continue');
  }

  /** Opens the menu of the account, at the top of a page. */
  async openMenu(): Promise<void> {
    await this.page.locator('header summary').click();
  }

  async press(button: string): Promise<void> {
    await this.arrive(this.page.getByRole('button', { name: button, exact: true }).click());
  }

  /** Presses keys, one after the other, and never touches a mouse. */
  async strike(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Presses a key that leads to another page. */
  async strikeOn(key: string): Promise<void> {
    await this.arrive(this.page.keyboard.press(key));
  }

  async goBack(): Promise<void> {
    await this.page.goBack();
  }

  /** @param values by the label of the field */
  async enter(values: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(values)) await this.field(label).fill(value);
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.enter({ Username: username, Password: password });
    await this.press('Log in');
  }

  async changePassword(current: string, wanted: string, repeated = wanted): Promise<void> {
    await this.enter({
      'Current password': current,
      'New password': wanted,
      'Confirm new password': repeated,
    });
    await this.press('Change password');
  }

  /** Path and query in the address bar. */
  where(): string {
    return this.page.url().slice(this.url.length);
  }

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  valueOf(label: string): Promise<string> {
    return this.field(label).inputValue();
  }

  /** The error that belongs to a field, as a screen reader finds it; null for a field without. */
  async errorOf(label: string): Promise<string | null> {
    const field = this.field(label);
    if ((await field.getAttribute('aria-invalid')) !== 'true') return null;
    const described = (await field.getAttribute('aria-describedby')) ?? '';
    const texts = described.split(' ').map((id) => this.page.locator(`[id="${id}"].error`).allInnerTexts());
    return (await Promise.all(texts)).flat().join(' ');
  }

  /** The message above the form. */
  async alert(): Promise<string | null> {
    const texts = await this.page.locator('[role=alert]').allInnerTexts();
    return texts[0] ?? null;
  }

  /** The name of the field that typing goes to. */
  async focused(): Promise<string | null> {
    return this.page.locator(':focus').getAttribute('name');
  }

  private field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  private async arrive(step: Promise<void>): Promise<void> {
    await Promise.all([this.page.waitForEvent('framenavigated'), step]);
    await this.page.waitForLoadState();
  }
}
