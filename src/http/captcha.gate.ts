import { Injectable, Logger, type Type } from '@nestjs/common';
import { AuthException } from '../errors/auth.exception.js';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { CaptchaFailedException } from './http.exceptions.js';
import { HttpSettings } from './http.settings.js';
import type { Inspected } from '../input/check-input.js';
import { inspectBody } from './input.decorator.js';
import { withUserFields } from '../user/user-input.js';
import { fieldsIn, hasFields } from '../input/json-object.js';
import { isError } from '../errors/is-error.js';
import { isForm } from './answer.js';
import type { AuthRequest } from './auth-request.js';
import type { Captcha } from './captcha.js';

/** Longer tokens are nobody's: a body has 10 kB, and providers stay far below. */
const MAX_TOKEN = 8192;

/** The captchas of forms that have one. */
@Injectable()
export class CaptchaGate {
  private readonly logger = new Logger('AuthModule');

  constructor(private readonly settings: HttpSettings) {}

  /** The captcha of a form. @param options the group of options that has it, such as `login` */
  of(options: string): Captcha | undefined {
    return this.settings.formOptions(options).captcha;
  }

  /** The body checked against an input class; what the captcha adds to the form is not an unknown field. */
  read<T extends object>(options: string, input: Type<T>, request: AuthRequest): T {
    const { refusal, valid } = this.inspect(options, input, request);
    if (refusal) throw refusal;
    return valid;
  }

  /** {@link read} for callers that check more of the body before it is refused. */
  inspect<T extends object>(options: string, input: Type<T>, request: AuthRequest): Inspected<T> {
    const { field, otherFields = [] } = this.of(options) ?? {};
    const extended = withUserFields(input, this.settings.userEntity);
    return inspectBody(extended, withoutFields(request.body, [field, ...otherFields]), isForm(request));
  }

  /**
   * Has the captcha of a form verified; without one, everybody passes.
   *
   * @throws CaptchaFailedException when it was not solved
   * @throws ServiceUnavailableException when that cannot be told
   */
  async check(options: string, request: AuthRequest, remoteAddress: string | undefined): Promise<void> {
    const captcha = this.of(options);
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

function fieldOf(body: unknown, field: string): unknown {
  return new Map(Object.entries(fieldsIn(body))).get(field);
}

function withoutFields(body: unknown, names: readonly (string | undefined)[]): unknown {
  if (!hasFields(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}
