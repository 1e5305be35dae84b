import type { BrowserContext, ConsoleMessage } from 'playwright-core';

/** What a browser has noticed while it showed pages. */
export class Watch {
  /** What a content security policy has forbidden. */
  readonly violations: string[] = [];
  /** Everything in the console, uncaught errors included, but for the statuses of the pages themselves. */
  readonly console: string[] = [];
  /** Every address that was asked for, allowed or not. */
  readonly requests: string[] = [];

  static async over(context: BrowserContext): Promise<Watch> {
    const watch = new Watch();
    await context.exposeFunction('noteViolation', (text: string) => watch.violations.push(text));
    await context.addInitScript({
      content: `addEventListener('securitypolicyviolation', (event) =>
        noteViolation(event.effectiveDirective + ' forbids ' + event.blockedURI));`,
    });
    context.on('console', (message) => {
      if (!isStatus(message)) watch.console.push(message.text());
    });
    context.on('weberror', (error) => watch.console.push(String(error.error())));
    context.on('request', (request) => watch.requests.push(request.url()));
    return watch;
  }

  /** Starts afresh, for another page. */
  forget(): void {
    for (const notes of [this.violations, this.console, this.requests]) notes.length = 0;
  }

  /** The addresses asked for on other origins than this one. */
  elsewhere(origin: string): string[] {
    return this.requests.filter((url) => new URL(url).origin !== origin);
  }
}

/** Chromium notes there the status of a refused page. */
function isStatus(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return url === message.page()?.url() && message.text().startsWith('Failed to load resource:');
}
