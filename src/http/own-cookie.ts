import { parse, serialize } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Where a browser sends a cookie along. */
interface CookieReach {
  path: string;
  sameSite: 'lax' | 'strict' | 'none';
}

/** A cookie for this host alone, out of reach of scripts and other sites' requests (RFC 6265bis). */
export class OwnCookie {
  /**
   * @internal
   * @param maxAge milliseconds; `undefined` = until the browser closes
   * @param reach the whole host, and also what a link from another site leads to, unless said otherwise
   */
  constructor(
    readonly name: string,
    private readonly secure: boolean,
    private readonly maxAge?: number,
    private readonly reach: CookieReach = { path: '/', sameSite: 'lax' },
  ) {}

  /** The value that the browser sent; the first one where a request carries several. */
  read(request: IncomingMessage): string | undefined {
    return this.readAll(request)[0];
  }

  /** All values that the browser sent: an older one may be left for another path, and comes first if that is longer. */
  readAll({ headers }: IncomingMessage): string[] {
    return (headers.cookie ?? '').split(';').flatMap((pair) => parse(pair)[this.name] || []);
  }

  /** Has the browser keep a value, by a header of the response. */
  write(response: ServerResponse, value: string): void {
    this.append(response, value, this.maxAge);
  }

  /** Has the browser drop the cookie. */
  clear(response: ServerResponse): void {
    this.append(response, '', 0);
  }

  private append(response: ServerResponse, value: string, maxAge: number | undefined): void {
    const lasting = maxAge === undefined ? {} : { maxAge: Math.floor(maxAge / 1000) };
    response.appendHeader(
      'Set-Cookie',
      serialize(this.name, value, {
        ...lasting,
        ...this.reach,
        httpOnly: true,
        secure: this.secure,
      }),
    );
  }
}
