import { Injectable } from '@nestjs/common';
import { PageSettings } from '../../page/page.settings.js';
import { isForm } from '../../http/answer.js';
import { Paths } from '../../page/paths.js';
import { Seal, type SealContext } from '../../http/seal.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../../http/auth-request.js';
import { OwnCookie } from '../../http/own-cookie.js';
import type { SsoUserBase } from '../../user/sso-user.entity.js';

/** Long enough for a redirect on a slow line. */
const LIFETIME = 60_000;

/**
 * Hands a generated password to the page after the redirect, which shows it once. It is in a sealed cookie, so
 * that any process can show it and none keeps it.
 */
@Injectable()
export class PasswordNotes {
  constructor(
    private readonly settings: PageSettings,
    private readonly paths: Paths,
    private readonly seal: Seal,
  ) {}

  /** Hands the password to the page that shows it, where a form had it made. Returns the path of that page. */
  write(
    { user, password }: { user: SsoUserBase; password: string },
    request: AuthRequest,
    response: AuthResponse,
  ): string {
    const path = this.pathOf(user, request);
    if (isForm(request)) {
      const sealed = this.seal.seal(password, contextOf(user, request), LIFETIME);
      this.cookie(path).write(response, sealed);
    }
    return path;
  }

  /** The password that was handed to this page; the browser forgets it with the answer. */
  take(user: SsoUserBase, request: AuthRequest, response: AuthResponse): string | undefined {
    const cookie = this.cookie(this.pathOf(user, request));
    const sealed = cookie.readAll(request);
    // A HEAD request shows nothing.
    if (sealed.length > 0 && request.method === 'GET') cookie.clear(response);
    const context = contextOf(user, request);
    return sealed.map((one) => this.seal.open(one, context)).find((password) => password !== undefined);
  }

  private pathOf({ id }: SsoUserBase, request: AuthRequest): string {
    return this.paths.to(request, `users/${id}/password/generate`);
  }

  private cookie(path: string): OwnCookie {
    const { production } = this.settings;
    // `__Host-` would be sent to every path.
    const name = production ? '__Secure-generated' : 'generated';
    return new OwnCookie(name, production, LIFETIME, { path, sameSite: 'strict' });
  }
}

/** Who may open it, whose password it is, and until that is another. */
function contextOf({ id, passwordVersion }: SsoUserBase, request: AuthRequest): SealContext {
  return ['generated password', String(request[SESSION]?.id), id, passwordVersion];
}
