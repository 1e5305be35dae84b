import type { MessageKey } from '../messages/message.js';
import type { Phrase } from '../messages/phrase.js';

/** Message keys for values that break a rule, by the rule's name in class-validator. */
const RULE_MESSAGES = {
  isString: 'error.invalid_field.string',
  isInt: 'error.invalid_field.integer',
  isNumber: 'error.invalid_field.number',
  isBoolean: 'error.invalid_field.boolean',
  min: 'error.invalid_field.min',
  max: 'error.invalid_field.max',
  minLength: 'error.invalid_field.min_length',
  maxLength: 'error.invalid_field.max_length',
  isIn: 'error.invalid_field.one_of',
  isPlainText: 'error.invalid_field.plain_text',
  isInstant: 'error.invalid_field.instant',
  isDay: 'error.invalid_field.day',
  isUsername: 'error.invalid_field.username',
  isEmailAddress: 'error.invalid_field.email',
  isEmail: 'error.invalid_field.email',
} as const satisfies Record<string, MessageKey>;

/** Name of a rule that input classes may use. */
export type RuleName = keyof typeof RULE_MESSAGES;

export function isRuleName(name: string | undefined): name is RuleName {
  return name !== undefined && Object.hasOwn(RULE_MESSAGES, name);
}

/** @param limit argument of the rule: 1 for `min`, the list for `isIn` */
export function phraseFor(rule: RuleName, field: string, limit: unknown): Phrase {
  return {
    key: RULE_MESSAGES[rule],
    values: { field, limit: Array.isArray(limit) ? limit.join(', ') : String(limit) },
  };
}
