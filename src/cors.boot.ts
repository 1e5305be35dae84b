import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthSettings } from './auth.settings.js';

/** An origin that nobody has (RFC 2606). */
const NOBODY = 'https://front-end.invalid';
const ALLOW_ORIGIN = 'access-control-allow-origin';
const ALLOW_CREDENTIALS = 'access-control-allow-credentials';

type Headers = ReadonlyMap<string, string>;
type Middleware = (request: object, response: object, next: () => void) => void;

/** What counts here of an Express application. */
interface ExpressApplication {
  router: { stack: { handle: Middleware }[] };
  /** The application that has mounted this one. */
  parent?: object;
}

/** Says once in the log where CORS and `trustedOrigins` lack each other: a front end on another origin needs both. */
@Injectable()
export class CorsBoot implements OnApplicationBootstrap {
  constructor(
    private readonly settings: AuthSettings,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** By now the host has called `enableCors()`, if it does. */
  onApplicationBootstrap(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter?.getType() !== 'express') return;
    const { router, parent } = httpAdapter.getInstance<ExpressApplication>();
    // Then the outer one may have it.
    if (parent) return;
    // Express names it so, whoever has bound it.
    const cors = router.stack.map(({ handle }) => handle).find(({ name }) => name === 'corsMiddleware');
    const warning = this.warningFor((origin) => (cors ? answered(cors, origin) : new Map()));
    if (warning !== null) new Logger('AuthModule').warn(warning);
  }

  private warningFor(headersFor: (origin: string) => Headers | null): string | null {
    const trusted = [...this.settings.trustedOrigins];
    if (trusted.length === 0) {
      const allowsCookies = headersFor(NOBODY)?.get(ALLOW_CREDENTIALS) === 'true';
      if (!allowsCookies) return null;
      return (
        'CORS is on and allows credentials, but `trustedOrigins` is empty: a page on another origin can read answers, but ' +
        'its logins get a 403 (csrf_failed). List the origins that you trust in both. See docs/front-end.md.'
      );
    }
    const unread = trusted.filter((origin) => !mayRead(headersFor(origin), origin));
    if (unread.length === 0) return null;
    const origins = unread.map((origin) => `'${origin}'`).join(', ');
    return (
      `Pages of ${unread.join(', ')} are in \`trustedOrigins\`, but CORS does not let them read answers. Unless a server in ` +
      `front of this application does, call app.enableCors({ origin: [${origins}], credentials: true }) before app.listen(). ` +
      'See docs/front-end.md.'
    );
  }
}

/** Whether a page may read what it is answered with its cookies; `null` = that cannot be known here. */
function mayRead(headers: Headers | null, origin: string): boolean {
  if (headers === null) return true;
  return headers.get(ALLOW_ORIGIN) === origin && headers.get(ALLOW_CREDENTIALS) === 'true';
}

/** The headers that the middleware adds for an origin; `null` where it takes its time, or fails. */
function answered(cors: Middleware, origin: string): Headers | null {
  const headers = new Map<string, string>();
  let isDone = false;
  const response = {
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: unknown) => void headers.set(name.toLowerCase(), String(value)),
  };
  try {
    cors({ method: 'GET', url: '/', headers: { origin } }, response, () => {
      isDone = true;
    });
  } catch {
    // A function of the host's that needs more of a request.
    return null;
  }
  return isDone ? headers : null;
}
