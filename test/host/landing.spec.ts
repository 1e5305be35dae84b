import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { All, Controller, Get, Post, VersioningType } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { afterAll, describe, expect, it } from 'vitest';
import { type Boot, boot } from '../support/application.js';

const folder = mkdtempSync(join(tmpdir(), 'sso-landing-'));
writeFileSync(join(folder, 'index.html'), '<title>Home</title>');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

@Controller()
class RootController {
  @Get()
  home(): string {
    return 'home';
  }
}

@Controller()
class EveryMethodController {
  @All('{*path}')
  any(): string {
    return 'any';
  }
}

@Controller()
class PostController {
  @Post()
  make(): string {
    return 'made';
  }
}

@Controller({ path: 'login', version: '1' })
class VersionedLoginController {
  @Get()
  show(): string {
    return 'login';
  }
}

@Controller('login')
class LoginController {
  @Get()
  show(): string {
    return 'login';
  }
}

/** What the start says of paths that are not there. */
async function said(given: Boot): Promise<string[]> {
  const host = await boot(given);
  try {
    return host.log.of('warn').filter((line) => line.includes('users are redirected to by default'));
  } finally {
    await host.close();
  }
}

const prefixed: Boot['configure'] = (app) => app.setGlobalPrefix('api');
const versioned: Boot['configure'] = (app) =>
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });

describe('a login that leads to a path without a route', () => {
  it.each<[string, Boot]>([
    ['there is none', {}],
    ['there is one for another method', { controllers: [PostController] }],
    ['it is below a version', { controllers: [RootController], configure: versioned }],
    ['static files are elsewhere', { configure: (app) => app.useStaticAssets(folder, { prefix: '/files' }) }],
  ])('is a warning at the start where %s', async (_, given) => {
    const [line, ...more] = await said(given);
    expect(line).toContain('GET / (login.redirectTo)');
    expect(line).not.toMatch(/such as|logout|register|changePassword/);
    expect(more).toEqual([]);
  });

  it('is one that names the route below the prefix, where there is one', async () => {
    const [line] = await said({ controllers: [RootController], configure: prefixed });
    expect(line).toContain("such as '/api'");
    expect((await said({ configure: prefixed })).join()).not.toContain('such as');
  });

  it.each<[string, Boot]>([
    ['the application has one', { controllers: [RootController] }],
    ['it has one for every path', { controllers: [EveryMethodController] }],
    [
      'the prefix leaves it out',
      {
        controllers: [RootController],
        configure: (app) => app.setGlobalPrefix('api', { exclude: ['/'] }),
      },
    ],
    [
      'versions are told by a header',
      {
        controllers: [RootController],
        configure: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'v' }),
      },
    ],
    ['there are static files', { configure: (app) => app.setGlobalPrefix('api').useStaticAssets(folder) }],
    ['the option says where', { options: { login: { redirectTo: '/api' } }, configure: prefixed }],
    ['the option says that it is there', { options: { login: { redirectTo: '/' } } }],
    ['the option says nowhere', { options: { login: { redirectTo: null } } }],
    [
      'there is no login',
      { options: { routes: { login: false, logout: false, changePassword: false, register: false } } },
    ],
  ])('is none where %s', async (_, given) => {
    expect(await said(given)).toEqual([]);
  });

  it('is none where another Express application has mounted this one', async () => {
    const outer = new ExpressAdapter().getInstance<{ use(path: string, app: unknown): void }>();
    const mounted: Boot['configure'] = (app) => outer.use('/shop', app.getHttpAdapter().getInstance());
    expect(await said({ configure: mounted })).toEqual([]);
  });
});

describe('a login page of the host’s that is not there', () => {
  const routes = { login: false };

  it('is a warning that names every option that leads there', async () => {
    const [line, ...more] = await said({ options: { routes, routePrefix: 'auth' }, configure: prefixed });
    for (const option of ['logout.redirectTo', 'changePassword.loginUrl', 'register.redirectTo'])
      expect(line).toContain(`GET /api/auth/login (${option})`);
    expect(line).not.toContain('GET / ');
    expect(more).toEqual([]);
  });

  it.each<[string, Boot]>([
    ['it is there', { controllers: [LoginController] }],
    [
      'the options say where it is',
      {
        options: {
          logout: { redirectTo: '/' },
          changePassword: { loginUrl: '/in' },
          register: { redirectTo: '/in' },
        },
      },
    ],
    ['a parameter stands before it', { options: { routePrefix: ':tenant' } }],
  ])('is none where %s', async (_, { options, ...given }) => {
    expect(await said({ ...given, options: { ...options, routes } })).toEqual([]);
  });

  it('is one where it is below a version', async () => {
    const [line] = await said({
      options: { routes },
      controllers: [VersionedLoginController],
      configure: versioned,
    });
    expect(line).toContain('GET /login (logout.redirectTo)');
  });
});
