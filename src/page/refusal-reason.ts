import type { MessageKey, Texts } from '../messages/message.js';

/** Why something was refused, for those who read the activity log. A code of the host's own rules stays as it is. */
export function reasonOf(code: string, texts: Texts): string {
  // What is recorded may be of another version of this module; a key that is not there says nothing.
  const keys = [`audit.code.${code}`, `error.${code}`] as MessageKey[];
  return keys.map((key) => texts.say(key)).find((text) => text !== '') ?? code;
}
