import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import type { AuthException } from '../errors/auth.exception.js';
import { CsrfTokens } from '../http/csrf.tokens.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { SessionCookie } from '../http/session.cookie.js';
import { isForm } from '../http/answer.js';

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
  /** The same for the same form of the same browser. */
  key: string;
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
  private readonly submits = new Set<Submit>();

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

  /** What the same form was answered a moment ago, or is about to be; `null` = nothing that explains the refusal. */
  async find(refusal: AuthException, request: AuthRequest): Promise<Redirect | null> {
    if (this.submits.size === 0 || !CAUSED.includes(refusal.getStatus())) return null;
    if (!isForm(request) || !this.tokens.isValid(request)) return null;
    const key = this.keyOf(request);
    const same = [...this.submits].filter((submit) => submit.key === key && Date.now() < submit.until);
    const answers = await Promise.all(same.map(({ answer }) => answer));
    return answers.find((answer) => answer !== null) ?? null;
  }

  private keep(key: string, working: Promise<unknown>, response: AuthResponse): void {
    const now = Date.now();
    for (const old of this.submits) if (old.until <= now) this.submits.delete(old);
    const submit: Submit = {
      key,
      until: Infinity,
      answer: working.then(
        () => {
          submit.until = Date.now() + WINDOW;
          return redirectOf(response);
        },
        () => {
          this.submits.delete(submit);
          return null;
        },
      ),
    };
    this.submits.add(submit);
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
