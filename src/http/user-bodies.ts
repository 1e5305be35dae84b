import { Injectable, type Type } from '@nestjs/common';
import type { Inspected } from '../input/check-input.js';
import { withUserFields } from '../user/user-input.js';
import { isForm } from './answer.js';
import type { AuthRequest } from './auth-request.js';
import { HttpSettings } from './http.settings.js';
import { inspectBody } from './input.decorator.js';

/** Reads request bodies about a user, which may have the fields of the host's user entity. */
@Injectable()
export class UserBodies {
  constructor(private readonly settings: HttpSettings) {}

  /** Returns the body, checked against an input class. */
  read<T extends object>(input: Type<T>, request: AuthRequest): T {
    const { refusal, valid } = this.inspect(input, request);
    if (refusal) throw refusal;
    return valid;
  }

  /** Like {@link read}, for callers that check more before the body is refused. */
  inspect<T extends object>(input: Type<T>, request: AuthRequest): Inspected<T> {
    return inspectBody(this.input(input), request.body, isForm(request));
  }

  /** Returns an input class with the fields of the user entity. */
  input<T extends object>(input: Type<T>): Type<T> {
    return withUserFields(input, this.settings.userEntity);
  }
}
