import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthSettings } from './auth.settings.js';
import { type ExpressLayer, expressLayers } from './express-layers.js';
import { Paths } from './page/paths.js';

/** Express's names of layers that may answer without a route: static files, another router or a mounted application. */
const ANSWERS_TOO: ReadonlySet<string> = new Set(['serveStatic', 'router', 'mounted_app']);

/** Default target of a redirect, and the option that changes it. */
interface Landing {
  option: string;
  path: string;
}

/** Warns once if a redirect leads to its default path and no route answers there, because people would see a 404. */
@Injectable()
export class LandingBoot implements OnApplicationBootstrap {
  constructor(
    private readonly settings: AuthSettings,
    private readonly paths: Paths,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Runs in this hook, because all routes and the host's middleware are bound by then. */
  onApplicationBootstrap(): void {
    const layers = expressLayers(this.adapterHost);
    if (layers === null) return;
    const { root } = this.paths;
    const isAnswered = (path: string): boolean => layers.some((layer) => answers(layer, path));
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
    // Not checked: the login page, if this module serves it, and a path with a parameter, which only a request determines.
    const isKnown = (path: string): boolean => path === '/' || !(routes.login || path.includes(':'));
    return all.flatMap(([isDue, landing]) => (isDue && isKnown(landing.path) ? [landing] : []));
  }
}

function answers(layer: ExpressLayer, path: string): boolean {
  const { route, handle } = layer;
  // Express stores a route of `all()` as `_all`.
  if (route)
    return (
      Object.keys(route.methods).some((name) => /^(?:get|_all)$/.test(name)) && Boolean(layer.match(path))
    );
  // Layers below a path do not count: Nest binds such a router for requests below its global prefix that match no route.
  return ANSWERS_TOO.has(handle.name) && Boolean(layer.match('/'));
}
