import { AuthException } from './auth.exception.js';

/** Throws the first of some refusals, which tells of the fields of the others too; nothing where there is none. */
export function throwAll([first, ...rest]: readonly AuthException[]): void {
  if (first) throw first.including(rest.flatMap(({ errors = [] }) => errors));
}

/**
 * A refusal that also tells of the fields of others, where those can be found. Where they cannot (the attempt is throttled, the
 * captcha is not solved, the database does not answer), it stays as it is.
 */
export async function withOthers(
  refusal: AuthException,
  find: () => Promise<readonly AuthException[]>,
): Promise<AuthException> {
  try {
    return refusal.including((await find()).flatMap(({ errors = [] }) => errors));
  } catch (error) {
    if (error instanceof AuthException) return refusal;
    throw error;
  }
}
