import type { MessageKey, Texts } from '../messages/message.js';

/** Returns the reason for a refusal in words, for the activity log. The code of a host's own rule is returned unchanged. */
export function reasonOf(code: string, texts: Texts): string {
  // The row may be from another version of this module, with a code that has no text here.
  const keys = [`audit.code.${code}`, `error.${code}`] as MessageKey[];
  return keys.map((key) => texts.say(key)).find((text) => text !== '') ?? code;
}
