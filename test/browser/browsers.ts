import { access, constants } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';

export interface TestBrowser {
  name: string;
  launch(): Promise<Browser>;
}

const executablePath = process.env.TEST_CHROMIUM ?? '/usr/bin/chromium';

const installed: TestBrowser = {
  name: 'Chromium',
  launch: () =>
    chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Nothing but this machine is reached, whatever a page or the browser itself asks for.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    }),
};

const fault = await access(executablePath, constants.X_OK).then(
  () => undefined,
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);

/** One sentence for each browser that this run cannot use. */
export const leftOut: string[] = fault ? [`Chromium (not installed: ${fault})`] : [];

if (process.env.CI && leftOut.length > 0) {
  throw new Error(`Every browser has to be there when CI is set. Left out: ${leftOut.join('; ')}`);
}

/** The browsers this run can use. */
export const browsers: TestBrowser[] = fault ? [] : [installed];
