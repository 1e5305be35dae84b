import { Injectable } from '@nestjs/common';
import { PageSettings } from './page.settings.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { OwnCookie } from '../http/own-cookie.js';
import { Languages } from '../http/languages.js';

/** What the next page may say; each is a text `notice.…`. */
const NOTICES = [
  'signed_out',
  'password_changed',
  'password_changed_signed_in',
  'registered',
  'registered_awaiting_approval',
  'session_ended',
  'other_sessions_ended',
  'user_created',
  'user_changed',
  'user_deleted',
  'user_locked',
  'user_unlocked',
  'user_approved',
  'user_rejected',
  'user_password_set',
  'user_sessions_ended',
] as const;

/** What has been done, for the next page to say. */
export type Notice = (typeof NOTICES)[number];

/** Long enough for a redirect on a slow line. */
const LIFETIME = 60_000;

/** Tells the page after a redirect what has been done, by a cookie that holds the name of a text and nothing else. */
@Injectable()
export class Notices {
  private readonly cookie: OwnCookie;

  /** @internal */
  constructor(
    { production }: PageSettings,
    private readonly languages: Languages,
  ) {
    this.cookie = new OwnCookie(production ? '__Host-notice' : 'notice', production, LIFETIME);
  }

  /** Leaves a notice for the next page; without one, what was left before is taken back. */
  leave(request: AuthRequest, response: AuthResponse, notice?: Notice): void {
    if (notice) this.cookie.write(response, notice);
    else if (this.left(request)) this.cookie.clear(response);
  }

  /** The sentence that was left for the page which answers this request, if any; it is shown this once. */
  take(request: AuthRequest, response: AuthResponse): string | undefined {
    const notice = this.left(request);
    // Whoever asks by HEAD shows nothing.
    if (notice === undefined || request.method !== 'GET') return undefined;
    this.cookie.clear(response);
    return this.languages.of(request).say(`notice.${notice}`);
  }

  private left(request: AuthRequest): Notice | undefined {
    const value = this.cookie.read(request);
    return NOTICES.find((notice) => notice === value);
  }
}
