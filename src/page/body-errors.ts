import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  type AuthException,
  BodyTooLargeException,
  MalformedBodyException,
  UnsupportedMediaTypeException,
} from '../errors/auth.exceptions.js';
import { PageSettings, type RouteName } from './page.settings.js';
import { orHandOn } from '../http/answering.js';
import { isError } from '../errors/is-error.js';
import { PageResponder } from './page.responder.js';
import type { PageName } from './pages.js';
import { Paths } from './paths.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { isBodyTooLarge } from '../http/request.guard.js';

const BASE = 'http://own.invalid';

type Next = (error: unknown) => void;

/** Our routes by the face they belong to; what lies below one belongs to it too. */
const ROUTES: Readonly<Record<RouteName, readonly string[]>> = {
  login: ['login'],
  logout: ['logout'],
  register: ['register'],
  changePassword: ['change-password'],
  sessions: ['session', 'sessions'],
  users: ['users'],
};

/** The page that shows what is wrong with a body, where that can be made of nothing but the error. */
const PAGES: Readonly<Record<string, PageName>> = {
  login: 'login',
  logout: 'logout',
  register: 'register',
  'change-password': 'change-password',
  sessions: 'refused',
  users: 'refused',
};

/** One of our routes, and what the names in its path stand for. */
interface FoundRoute {
  name: string;
  params: Record<string, string>;
}

/**
 * A body parser of the host's answers before any route of ours is reached. For our routes, and only for them, what it
 * refuses is answered in our words; the parser itself is left alone.
 */
@Injectable()
export class BodyErrors implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly paths: Paths,
    private readonly responder: PageResponder,
    private readonly settings: PageSettings,
  ) {}

  /** By now Nest has bound the middleware of all modules, and has yet to handle the errors that remain. */
  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    // There is none without HTTP.
    if (httpAdapter?.getType() !== 'express') return;
    // Express knows by its four parameters that this handles errors.
    httpAdapter.use((error: unknown, request: AuthRequest, response: AuthResponse, next: Next) => {
      const exception = exceptionFor(error, request);
      const route = exception && this.routeOf(request);
      if (!exception || !route) return next(error);
      // Express has not come to the route that would say what the names in the path stand for.
      request.params = route.params;
      orHandOn(this.responder.error(exception, request, response, PAGES[route.name] ?? null), next);
    });
  }

  private routeOf({ url = '', method }: AuthRequest): FoundRoute | null {
    // Also of the absolute form (RFC 9112 §3.2.2), which Express routes like any other.
    if (!URL.canParse(url, BASE)) return null;
    const path = new URL(url, BASE).pathname;
    const { routes } = this.settings;
    const ours = (Object.keys(ROUTES) as RouteName[]).flatMap((face) => (routes[face] ? ROUTES[face] : []));
    for (const name of ours) {
      const params = this.paths.paramsIn(path, name, method);
      if (params) return { name, params };
    }
    return null;
  }
}

/** What body-parser's error is in our words; it marks its own with a `type`. */
function exceptionFor(error: unknown, request: AuthRequest): AuthException | null {
  if (!isError(error) || !('type' in error) || !('status' in error)) return null;
  if (isBodyTooLarge(request)) return new BodyTooLargeException();
  switch (error.status) {
    case 400:
      return new MalformedBodyException();
    case 413:
      return new BodyTooLargeException();
    case 415:
      return new UnsupportedMediaTypeException();
    default:
      return null;
  }
}
