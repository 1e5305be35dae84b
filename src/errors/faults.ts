import { AuthException } from './auth.exception.js';

/** Throws the first of the exceptions, with the field errors of the others added; does nothing if there is none. */
export function throwCombined([first, ...rest]: readonly AuthException[]): void {
  if (first) throw first.withFieldErrors(rest.flatMap(({ errors = [] }) => errors));
}

/**
 * Adds the field errors of further exceptions to a refusal. It stays as it is if they cannot be found, because the attempt is
 * throttled, the captcha is not solved, or the database does not answer.
 */
export async function withOthers(
  refusal: AuthException,
  find: () => Promise<readonly AuthException[]>,
): Promise<AuthException> {
  try {
    return refusal.withFieldErrors((await find()).flatMap(({ errors = [] }) => errors));
  } catch (error) {
    if (error instanceof AuthException) return refusal;
    throw error;
  }
}
