import { AuthException } from '../errors/auth.exception.js';
import { type Phrase, translatable } from '../messages/phrase.js';

/** 409: a constraint of the host's own refused the write; `errors` names the column where the database does. */
export class DataConflictException extends AuthException<'conflict'> {
  /** @param field the column's name in JSON; `undefined` = the database did not say */
  constructor(field?: string, cause?: unknown) {
    const phrase: Phrase = { key: 'error.conflict' };
    const errors = field === undefined ? undefined : [translatable({ field, code: 'conflict' }, phrase)];
    super('conflict', phrase, errors, cause);
  }
}

/** 503: the connection was lost while a change was committed, so it may be stored or not; repeating it is safe. */
export class OutcomeUnknownException extends AuthException<'outcome_unknown'> {
  constructor(cause?: unknown) {
    super('outcome_unknown', { key: 'error.outcome_unknown' }, undefined, cause);
  }
}
