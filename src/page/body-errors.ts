import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AuthException } from '../errors/auth.exception.js';
import {
  BodyTooLargeException,
  MalformedBodyException,
  UnsupportedMediaTypeException,
} from '../http/http.exceptions.js';
import { orHandOn } from '../http/answering.js';
import { isError } from '../errors/is-error.js';
import { PageResponder } from './page.responder.js';
import type { PageDefinition } from './page.definition.js';
import { PageList } from './page-list.js';
import { Paths } from './paths.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { isBodyTooLarge } from '../http/request.guard.js';

const BASE = 'http://own.invalid';

type Next = (error: unknown) => void;

/** The page that belongs to a path of ours, and what the names in the prefix stand for. */
interface FoundRoute {
  page: PageDefinition | null;
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
    private readonly pages: PageList,
  ) {}

  /** By now Nest has bound the middleware of all modules, and has yet to handle the errors that remain. */
  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    // Without HTTP there is no adapter.
    if (httpAdapter?.getType() !== 'express') return;
    // Express knows by its four parameters that this handles errors.
    httpAdapter.use((error: unknown, request: AuthRequest, response: AuthResponse, next: Next) => {
      const exception = exceptionFor(error, request);
      const route = exception && this.routeOf(request);
      if (!exception || !route) return next(error);
      // Express has not come to the route that would say what the names in the path stand for.
      request.params = route.params;
      orHandOn(this.responder.error(exception, request, response, route.page), next);
    });
  }

  private routeOf({ url = '', method }: AuthRequest): FoundRoute | null {
    // Also of the absolute form (RFC 9112 §3.2.2), which Express routes like any other.
    if (!URL.canParse(url, BASE)) return null;
    const path = new URL(url, BASE).pathname;
    for (const root of this.pages.roots) {
      const found = this.paths.find(path, root, method);
      if (found) return { page: this.pages.forUnreadBody(root), params: found.params };
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
