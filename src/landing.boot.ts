import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthSettings } from './auth.settings.js';
import { Paths } from './page/paths.js';

/** What may answer though it is no route, by the names that Express gives it: static files, another router or application. */
const ANSWERS_TOO: ReadonlySet<string> = new Set(['serveStatic', 'router', 'mounted_app']);

/** What counts here of a layer of Express's router. */
interface Layer {
  /** Middleware has none. */
  route?: { methods: Readonly<Record<string, boolean>> };
  handle: { name: string };
  /** Something true where it does. */
  match(path: string): unknown;
}

/** What counts here of an Express application. */
interface ExpressApplication {
  router: { stack: Layer[] };
  /** The application that has mounted this one. */
  parent?: object;
}

/** Where people are led by default, and by which option elsewhere. */
interface Landing {
  option: string;
  path: string;
}

/** Says once in the log where an option was not set and no route is what its default leads to: people would see a 404. */
@Injectable()
export class LandingBoot implements OnApplicationBootstrap {
  constructor(
    private readonly settings: AuthSettings,
    private readonly paths: Paths,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** By now all routes are there, and what a host has bound before them. */
  onApplicationBootstrap(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter?.getType() !== 'express') return;
    const { router, parent } = httpAdapter.getInstance<ExpressApplication>();
    // Then the outer one may have the routes.
    if (parent) return;
    const { root } = this.paths;
    const isAnswered = (path: string): boolean => router.stack.some((layer) => answers(layer, path));
    const missing = this.landings().filter(({ path }) => !isAnswered(path));
    if (missing.length === 0) return;
    const named = missing.map(({ option, path }) => `GET ${path} (${option})`).join(', ');
    new Logger('AuthModule').warn(
      `This application has no route for a path that users are redirected to by default: ${named}. Unless a middleware, or a ` +
        'server in front of this application, answers there, they see a 404. Set the option to an existing path' +
        `${root !== '/' && isAnswered(root) ? `, such as '${root}'` : ''}; if logins are JSON only, set login.redirectTo to null.`,
    );
  }

  private landings(): Landing[] {
    const { options, routes } = this.settings;
    const home = { option: 'login.redirectTo', path: '/' };
    const login = this.paths.pattern('login');
    const all: [boolean, Landing][] = [
      [routes.login && options.login?.redirectTo === undefined, home],
      [
        routes.logout && options.logout?.redirectTo === undefined,
        { option: 'logout.redirectTo', path: login },
      ],
      [
        routes.changePassword && options.changePassword?.loginUrl === undefined,
        { option: 'changePassword.loginUrl', path: login },
      ],
      [
        routes.register && options.register?.redirectTo === undefined,
        { option: 'register.redirectTo', path: login },
      ],
    ];
    // The login page is there; and what a parameter stands for is not known before a request.
    const isKnown = (path: string): boolean => path === '/' || !(routes.login || path.includes(':'));
    return all.flatMap(([isDue, landing]) => (isDue && isKnown(landing.path) ? [landing] : []));
  }
}

function answers(layer: Layer, path: string): boolean {
  const { route, handle } = layer;
  // Express notes a route of `all()` as `_all`.
  if (route)
    return (
      Object.keys(route.methods).some((name) => /^(?:get|_all)$/.test(name)) && Boolean(layer.match(path))
    );
  // What is bound below a path is not counted: Nest has a router there for what is not found below its global prefix.
  return ANSWERS_TOO.has(handle.name) && Boolean(layer.match('/'));
}
