import type { AuthErrorCode, FieldError, PasswordRuleCode } from '../errors/auth.codes.js';

/** The code of a refusal; `unreachable` = there was no answer, `unexpected_answer` = it was not one of this module. */
export type AuthClientErrorCode = AuthErrorCode | PasswordRuleCode | 'unreachable' | 'unexpected_answer';

/** Why a call failed: decide by its `code`, show its `message`. */
export class AuthClientError extends Error {
  override readonly name = 'AuthClientError';
  /** The refused fields, by their names in JSON. */
  readonly errors: readonly FieldError[];
  /** Seconds until the next attempt, of `too_many_attempts`. */
  readonly retryAfter: number | undefined;

  /** @param status of HTTP; 0 = there was no answer */
  constructor(
    readonly code: AuthClientErrorCode,
    readonly status: number,
    message: string,
    details: {
      errors?: readonly FieldError[] | undefined;
      retryAfter?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.errors = details.errors ?? [];
    this.retryAfter = details.retryAfter;
  }
}

/** What an answer that is no success says. */
export async function errorOf(response: Response): Promise<AuthClientError> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => null)) as Partial<AuthClientError> | null;
  if (typeof body?.code !== 'string') {
    return new AuthClientError('unexpected_answer', status, `The server answered ${status}.`);
  }
  const { code, message = code, errors } = body;
  const retryAfter = Number(headers.get('retry-after')) || undefined;
  return new AuthClientError(code, status, message, { errors, retryAfter });
}
