import type { AuthErrorBody } from '../errors/auth.codes.js';
import type { AuthException } from '../errors/auth.exception.js';
import type { Texts } from '../messages/message.js';
import { phraseOf, sumOf } from '../messages/phrase.js';

/**
 * A refusal in the language of `texts`; status, codes and fields are the same in each.
 *
 * @param labels what the fields are called on the page, which says so instead of their names
 */
export function errorBody(
  exception: AuthException,
  texts: Texts,
  labels: ReadonlyMap<string, string> = new Map(),
): AuthErrorBody {
  const { code, errors } = exception;
  const said = errors?.map((error) => {
    const label = labels.get(error.field);
    return { ...error, message: messageOf(error, texts, label === undefined ? {} : { field: label }) };
  });
  const isSum = errors !== undefined && sumOf(errors) === exception.message;
  return {
    statusCode: exception.getStatus(),
    code,
    message: isSum && said ? sumOf(said) : messageOf(exception, texts),
    ...(said && { errors: said }),
  };
}

/** A text of the host's own, for instance of a hook, stays as it is. */
function messageOf(thing: { readonly message: string }, texts: Texts, values = {}): string {
  const phrase = phraseOf(thing);
  return phrase ? texts.say(phrase.key, { ...phrase.values, ...values }) : thing.message;
}
