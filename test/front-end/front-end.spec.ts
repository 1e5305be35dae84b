import type { NestExpressApplication } from '@nestjs/platform-express';
import { once } from 'node:events';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { createServer as createViteServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuthOptions } from '../../src/index.js';
import { browsers, leftOut } from '../browser/browsers.js';
import { boot, type Boot, type TestApplication } from '../support/application.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { selfSigned } from './certificate.js';
import { bundle, codeOf, exportsOf } from './guide.js';

/** What the page of a front end offers to a test. */
const PAGE = `
  import { AuthClient } from 'nestjs-session-auth/client';
  Object.assign(globalThis, { clientOf: (url, bearer) => new AuthClient({ url, bearer }) });
`;
const HTML = '<!DOCTYPE html><title>A front end</title><script type="module" src="/main.ts"></script>';

const [APP, API, SHOP] = ['app.example.com', 'api.example.com', 'shop.example.net'];

interface FrontEnds {
  FRONT_ENDS: string[];
  authOptions: AuthOptions;
  allowFrontEnds(app: NestExpressApplication): void;
}

interface Outcome {
  steps: string[];
  cookie: string;
}

/** Goes the way of an account from the page, by the client alone. */
function goTheWay(page: Page, url: string, username: string, bearer = false): Promise<Outcome> {
  return page.evaluate(
    async ([at, name, password, next, isProgram]) => {
      const { clientOf } = globalThis as unknown as {
        clientOf(url: string, bearer: boolean): import('../../src/auth.client.js').AuthClient;
      };
      const client = clientOf(at, isProgram);
      const steps: string[] = [];
      const attempt = async (step: string, call: () => Promise<unknown>): Promise<void> => {
        try {
          await call();
          steps.push(step);
        } catch (error) {
          steps.push(`${step}: ${(error as { code?: string }).code}`);
        }
      };
      const who = async (): Promise<void> =>
        void steps.push((await client.session())?.user.username ?? 'nobody');
      await attempt('login', () => client.login({ username: name, password }));
      await who();
      await attempt('own route', async () => {
        const own = await client.fetch('private', { method: 'POST' });
        if (!own.ok) throw Object.assign(new Error(), { code: own.status });
      });
      await attempt('change', () => client.changePassword({ old_password: password, new_password: next }));
      await who();
      await attempt('login', () => client.login({ username: name, password: next }));
      await attempt('logout', () => client.logout());
      await who();
      return { steps, cookie: document.cookie };
    },
    [url, username, PASSWORD, OTHER_PASSWORD, bearer] as const,
  );
}

const wholeWay = (username: string): Outcome => ({
  steps: ['login', username, 'own route', 'change', 'nobody', 'login', 'logout', 'nobody'],
  cookie: '',
});

/** Serves the page of a front end under all names that lead here. */
async function serveFrontEnd(certificate: { key: string; cert: string }): Promise<Server> {
  const script = await bundle(PAGE);
  const server = createHttpsServer(certificate, ({ url }, response) => {
    const isScript = url === '/main.ts';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : HTML);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** But for that of a path which a front end shows by itself. */
const warningsOf = ({ log }: TestApplication): string[] =>
  log.of('warn').filter((line) => !line.includes('login.redirectTo'));

const portOf = (server: Pick<Server, 'address'>): number => (server.address() as AddressInfo).port;

describe('a front end', () => {
  it('is tried in every browser, or says which is left out', () => {
    if (leftOut.length > 0) console.warn(`Left out: ${leftOut.join('; ')}`);
    expect(browsers.length + leftOut.length).toBe(1);
  });

  describe.each(browsers)('in $name', ({ launch, open: openProfile }) => {
    const opened: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const close of opened.splice(0).toReversed()) await close();
    });

    describe('with the development server of Vite before it', () => {
      let vite: ViteDevServer;
      let host: TestApplication;
      let folder: string;
      beforeAll(async () => {
        const configure = (app: NestExpressApplication): void => void app.setGlobalPrefix('api');
        host = await boot({ configure });
        const cache = resolve('node_modules/.cache');
        await mkdir(cache, { recursive: true });
        folder = await mkdtemp(join(cache, 'front-end-'));
        await Promise.all([
          writeFile(join(folder, 'vite.config.ts'), codeOf('vite.config.ts')),
          writeFile(join(folder, 'auth.ts'), codeOf('src/auth.ts')),
          writeFile(
            join(folder, 'main.ts'),
            `import { auth } from './auth';\nObject.assign(globalThis, { clientOf: () => auth });`,
          ),
          writeFile(join(folder, 'index.html'), HTML),
        ]);
        process.env['API_URL'] = host.url;
        vite = await createViteServer({
          root: folder,
          configFile: join(folder, 'vite.config.ts'),
          resolve: { alias: { 'nestjs-session-auth/client': resolve('src/auth.client.ts') } },
          server: { port: 0, host: '127.0.0.1', hmr: false, fs: { strict: false } },
          optimizeDeps: { noDiscovery: true },
          logLevel: 'error',
        });
        await vite.listen();
      });
      afterAll(async () => {
        delete process.env['API_URL'];
        await vite?.close();
        await host?.close();
        if (folder) await rm(folder, { recursive: true, force: true });
      });

      it('is of the same origin, and needs nothing else', async () => {
        const browser = await launch();
        opened.push(() => browser.close());
        const page = await browser.newPage();
        const { username } = await host.people.person();
        await page.goto(vite.resolvedUrls?.local[0] ?? '');
        await page.waitForFunction(() => 'clientOf' in globalThis);
        expect(await goTheWay(page, '/api', username)).toEqual(wholeWay(username));
      });
    });

    describe('over HTTPS, on another origin', () => {
      const certificate = selfSigned([APP, API, SHOP]);

      /** A page of a front end, and the application that it uses. */
      async function open(name: string, given: Boot): Promise<{ page: Page; host: TestApplication }> {
        const host = await boot({ ...given, create: { httpsOptions: certificate } });
        opened.push(() => host.close());
        const server = await serveFrontEnd(certificate);
        opened.push(async () => {
          server.closeAllConnections();
          await once(server.close(), 'close');
        });
        const profile = await mkdtemp(join(tmpdir(), 'sso-profile-'));
        opened.push(() => rm(profile, { recursive: true, force: true }));
        const [front, api] = [portOf(server), Number(new URL(host.url).port)];
        const context = await openProfile(profile, { [APP]: front, [SHOP]: front, [API]: api });
        opened.push(() => context.close());
        const page = await context.newPage();
        await page.goto(`https://${name}/`);
        await page.waitForFunction(() => 'clientOf' in globalThis);
        return { page, host };
      }

      it('of the same site goes the whole way, as the guide says', async () => {
        const { authOptions, allowFrontEnds } = await exportsOf<FrontEnds>('src/front-ends.ts');
        const { page, host } = await open(APP, {
          options: { production: true, trustedOrigins: authOptions.trustedOrigins },
          configure: allowFrontEnds,
        });
        const { username } = await host.people.person();
        expect(await goTheWay(page, `https://${API}`, username)).toEqual(wholeWay(username));
        expect(warningsOf(host)).toEqual([]);
      });

      it('that CORS alone allows is refused, and the log has said so', async () => {
        const { allowFrontEnds } = await exportsOf<FrontEnds>('src/front-ends.ts');
        const { page, host } = await open(APP, { options: { production: true }, configure: allowFrontEnds });
        const { username } = await host.people.person();
        const { steps } = await goTheWay(page, `https://${API}`, username);
        expect(steps.slice(0, 2)).toEqual(['login: csrf_failed', 'nobody']);
        expect(host.log.of('warn').join()).toContain('`trustedOrigins` is empty');
      });

      it('that is trusted without CORS reads no answer, and the log has said so', async () => {
        const { page, host } = await open(APP, {
          options: { production: true, trustedOrigins: [`https://${APP}`] },
        });
        const { username } = await host.people.person();
        const { steps } = await goTheWay(page, `https://${API}`, username).catch(() => ({
          steps: ['unreachable'],
        }));
        expect(steps[0]).toContain('unreachable');
        expect(host.log.of('warn').join()).toContain('app.enableCors(');
      });

      it('of another site goes the whole way where the cookie is SameSite=None', async () => {
        const { crossSiteOptions } = await exportsOf<{ crossSiteOptions: AuthOptions }>('src/cross-site.ts');
        const { secret: _, ...options } = crossSiteOptions;
        const { page, host } = await open(SHOP, {
          options,
          configure: (app) => app.enableCors({ origin: options.trustedOrigins ?? [], credentials: true }),
        });
        const { username } = await host.people.person();
        expect(await goTheWay(page, `https://${API}`, username)).toEqual(wholeWay(username));
        expect(warningsOf(host)).toEqual([]);
      });

      it('of another site that nobody trusts goes the whole way with a token, as a web view does, without any cookie', async () => {
        const { page, host } = await open(SHOP, {
          options: { production: true, session: { bearer: true } },
          configure: (app) => app.enableCors({ origin: true }),
        });
        const { username } = await host.people.person();
        expect(await goTheWay(page, `https://${API}`, username, true)).toEqual(wholeWay(username));
        expect(await page.context().cookies()).toEqual([]);
      });

      it('of another site does not stay signed in where it is SameSite=Lax', async () => {
        const { page, host } = await open(SHOP, {
          options: { production: true, trustedOrigins: [`https://${SHOP}`] },
          configure: (app) => app.enableCors({ origin: [`https://${SHOP}`], credentials: true }),
        });
        const { username } = await host.people.person();
        const { steps } = await goTheWay(page, `https://${API}`, username);
        expect(steps.slice(0, 2)).toEqual(['login', 'nobody']);
        expect(host.log.of('warn').join()).toContain('session.sameSite');
      });

      it('that nobody trusts gets nothing, though the cookie comes along', async () => {
        const { page, host } = await open(SHOP, {
          options: { production: true, session: { sameSite: 'none' }, trustedOrigins: [`https://${APP}`] },
          configure: (app) => app.enableCors({ origin: true, credentials: true }),
        });
        const { username } = await host.people.person();
        const { steps } = await goTheWay(page, `https://${API}`, username);
        expect(steps[0]).toBe('login: csrf_failed');
      });
    });
  });
});
