import { Injectable, Logger, type Type } from '@nestjs/common';
import {
  AuthException,
  CaptchaFailedException,
  ServiceUnavailableException,
} from '../errors/auth.exceptions.js';
import { HttpSettings } from './http.settings.js';
import type { Inspected } from '../input/check-input.js';
import { inspectBody } from './input.decorator.js';
import { isError } from '../errors/is-error.js';
import { isForm } from './answer.js';
import type { AuthRequest } from './auth-request.js';
import type { Captcha } from './captcha.js';

/** Longer tokens are nobody's: a body has 10 kB, and providers stay far below. */
const MAX_TOKEN = 8192;

type CaptchaPage = 'login' | 'register';

/** The captcha of a page, where it has one. */
@Injectable()
export class CaptchaGate {
  private readonly logger = new Logger('AuthModule');

  constructor(private readonly settings: HttpSettings) {}

  /** The captcha that a page shows. */
  of(page: string): Captcha | undefined {
    return isCaptchaPage(page) ? this.settings.options[page]?.captcha : undefined;
  }

  /** The body checked against an input class; what the page's captcha adds to it is no unknown field. */
  read<T extends object>(page: CaptchaPage, input: Type<T>, request: AuthRequest): T {
    const { refusal, sound } = this.inspect(page, input, request);
    if (refusal) throw refusal;
    return sound;
  }

  /** {@link read} for whoever has more to say of the body before it is refused. */
  inspect<T extends object>(page: CaptchaPage, input: Type<T>, request: AuthRequest): Inspected<T> {
    const { field, otherFields = [] } = this.of(page) ?? {};
    return inspectBody(input, withoutFields(request.body, [field, ...otherFields]), isForm(request));
  }

  /**
   * Has the page's captcha verified; without one, everybody passes.
   *
   * @throws CaptchaFailedException when it was not solved
   * @throws ServiceUnavailableException when that cannot be told
   */
  async check(page: CaptchaPage, request: AuthRequest, remoteAddress: string | undefined): Promise<void> {
    const captcha = this.of(page);
    if (!captcha) return;
    const token = fieldOf(request.body, captcha.field);
    if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN) {
      throw new CaptchaFailedException();
    }
    // Strictly: a host's provider in JavaScript might answer with something that is merely not empty.
    if ((await this.verdict(captcha, token, remoteAddress)) !== true) throw new CaptchaFailedException();
  }

  private async verdict(
    captcha: Captcha,
    token: string,
    remoteAddress: string | undefined,
  ): Promise<unknown> {
    try {
      return await captcha.verify(token, remoteAddress);
    } catch (error) {
      if (error instanceof AuthException) throw error;
      const reason = isError(error) ? error.message : 'unknown';
      this.logger.warn(`The captcha provider ${captcha.name} failed: ${reason}.`);
      throw new ServiceUnavailableException('captcha', error);
    }
  }
}

function isCaptchaPage(page: string): page is CaptchaPage {
  return page === 'login' || page === 'register';
}

function fieldOf(body: unknown, field: string): unknown {
  return isFields(body) ? new Map<string, unknown>(Object.entries(body)).get(field) : undefined;
}

function withoutFields(body: unknown, names: readonly (string | undefined)[]): unknown {
  if (!isFields(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function isFields(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
