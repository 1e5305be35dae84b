import { AuthException } from '../errors/auth.exception.js';
import { type Phrase, translatable } from '../messages/phrase.js';

/** 409: a constraint that the host added refused the write; `errors` names the column if the database names it. */
export class DataConflictException extends AuthException<'conflict'> {
  /** @param field the column's name in JSON; `undefined` if the database does not name it */
  constructor(field?: string, cause?: unknown) {
    const phrase: Phrase = { key: 'error.conflict' };
    const errors = field === undefined ? undefined : [translatable({ field, code: 'conflict' }, phrase)];
    super('conflict', phrase, errors, cause);
  }
}

/** 503: the connection was lost during a commit, so the change may be stored or not; repeating it is safe. */
export class OutcomeUnknownException extends AuthException<'outcome_unknown'> {
  constructor(cause?: unknown) {
    super('outcome_unknown', { key: 'error.outcome_unknown' }, undefined, cause);
  }
}
