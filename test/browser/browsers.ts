import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

/** Names that are this machine too, such as `app.example.com`, each with the port that takes its requests. */
type Hosts = Readonly<Record<string, number>>;

export interface TestBrowser {
  name: string;
  launch(): Promise<Browser>;
  /** With a profile in a new folder, in which cookies of other sites are allowed: the windows of {@link launch} block them. */
  open(folder: string, hosts: Hosts): Promise<BrowserContext>;
}

const executablePath = process.env.TEST_CHROMIUM ?? '/usr/bin/chromium';

const argsFor = (hosts: Hosts = {}): string[] => [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nothing but this machine is reached, whatever a page or the browser itself asks for.
  `--host-resolver-rules=${[...rulesFor(hosts), 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'].join(', ')}`,
];

/** What Chromium notes where a person has chosen to allow the cookies of other sites. */
const ALL_COOKIES = { profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } };

const installed: TestBrowser = {
  name: 'Chromium',
  launch: () => chromium.launch({ executablePath, args: argsFor() }),
  async open(folder, hosts) {
    await mkdir(join(folder, 'Default'));
    await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(ALL_COOKIES));
    const args = argsFor(hosts);
    return chromium.launchPersistentContext(folder, { executablePath, args, ignoreHTTPSErrors: true });
  },
};

function rulesFor(hosts: Hosts): string[] {
  return Object.entries(hosts).map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`);
}

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
