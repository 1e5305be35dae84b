import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthSettings } from './auth.settings.js';
import { type ExpressLayer, expressLayers } from './express-layers.js';

/** An origin that cannot exist (RFC 2606). */
const NOBODY = 'https://front-end.invalid';
const ALLOW_ORIGIN = 'access-control-allow-origin';
const ALLOW_CREDENTIALS = 'access-control-allow-credentials';

type Headers = ReadonlyMap<string, string>;
/** Warns once if CORS and `trustedOrigins` do not match, because a front end on another origin needs both. */
@Injectable()
export class CorsBoot implements OnApplicationBootstrap {
  constructor(
    private readonly settings: AuthSettings,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Runs in this hook, because the host has called `enableCors()` by then, if it does. */
  onApplicationBootstrap(): void {
    const layers = expressLayers(this.adapterHost);
    if (layers === null) return;
    // The middleware of the `cors` package has this name, whether Nest or the host has bound it.
    const cors = layers.map(({ handle }) => handle).find(({ name }) => name === 'corsMiddleware');
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

/** Whether a page of an origin may read responses to requests with cookies; `true` if the `headers` are unknown (`null`). */
function mayRead(headers: Headers | null, origin: string): boolean {
  if (headers === null) return true;
  return headers.get(ALLOW_ORIGIN) === origin && headers.get(ALLOW_CREDENTIALS) === 'true';
}

/** Returns the headers that the middleware adds for an origin; `null` if it is asynchronous or fails. */
function answered(cors: ExpressLayer['handle'], origin: string): Headers | null {
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
    // A callback of the host may need more of a request than this one has.
    return null;
  }
  return isDone ? headers : null;
}
