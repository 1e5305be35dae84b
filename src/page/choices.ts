import type { MessageKey, Texts } from '../messages/message.js';
import type { PageChoice } from './page-items.js';

/** Returns the choices of a `<select>`, given the key of each label. */
export function choices(
  chosen: string,
  texts: Texts,
  all: readonly (readonly [string, MessageKey])[],
): PageChoice[] {
  return all.map(([value, key]) => ({ value, label: texts.say(key), selected: value === chosen }));
}
