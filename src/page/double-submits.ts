import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import type { AuthException } from '../auth.exceptions.js';
import { CsrfTokens } from '../protect/csrf.tokens.js';
import type { AuthRequest, AuthResponse } from '../session/auth-request.js';
import { SessionCookie } from '../session/session.cookie.js';
import { isForm } from './answer.js';

/** Milliseconds for which a form counts as sent twice. */
const WINDOW = 10_000;

/** Statuses of what the success of the first can do to the second: signed out, taken, no longer the right password. */
const CAUSED: readonly number[] = [401, 409, 422];

/** What a form was answered that succeeded. */
interface Redirect {
  location: string;
  cookies: string | string[];
}

interface Submit {
  /** `null` = it failed. */
  answer: Promise<Redirect | null>;
  /** Milliseconds since 1970. */
  until: number;
}

/**
 * Gives a form that is sent twice, as by a double click, the answer to the first. A browser shows only the last answer,
 * which would say that the name is taken, or that nobody is signed in.
 */
@Injectable()
export class DoubleSubmits {
  // Forms hold passwords: what is kept of them says nothing outside of this process.
  private readonly secret = randomBytes(32);
  private readonly submits = new Map<string, Submit>();

  constructor(
    private readonly tokens: CsrfTokens,
    private readonly cookie: SessionCookie,
  ) {}

  /** Does what a form asks for, and keeps what it is answered for a second one. */
  async track<Body>(request: AuthRequest, response: AuthResponse, work: () => Promise<Body>): Promise<Body> {
    const working = work();
    if (isForm(request)) this.keep(this.keyOf(request), working, response);
    return working;
  }

  /** What the same form was answered a moment ago, or is about to be; `undefined` = it does not explain the refusal. */
  find(refusal: AuthException, request: AuthRequest): Promise<Redirect | null> | undefined {
    if (this.submits.size === 0 || !CAUSED.includes(refusal.getStatus())) return undefined;
    if (!isForm(request) || !this.tokens.isValid(request)) return undefined;
    const found = this.submits.get(this.keyOf(request));
    return found && Date.now() < found.until ? found.answer : undefined;
  }

  private keep(key: string, working: Promise<unknown>, response: AuthResponse): void {
    const now = Date.now();
    for (const [old, { until }] of this.submits) if (until <= now) this.submits.delete(old);
    if (this.submits.has(key)) return;
    const submit = {
      until: Infinity,
      answer: working.then(
        () => {
          submit.until = Date.now() + WINDOW;
          return redirectOf(response);
        },
        () => {
          this.submits.delete(key);
          return null;
        },
      ),
    };
    this.submits.set(key, submit);
  }

  private keyOf(request: AuthRequest): string {
    const form = [request.originalUrl, this.cookie.read(request) ?? null, request.body];
    return createHmac('sha256', this.secret).update(JSON.stringify(form)).digest('hex');
  }
}

function redirectOf(response: AuthResponse): Redirect | null {
  const location = response.getHeader('Location');
  const cookies = response.getHeader('Set-Cookie') ?? [];
  return typeof location === 'string' && typeof cookies !== 'number' ? { location, cookies } : null;
}
