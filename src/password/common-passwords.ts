import { dictionary } from '@zxcvbn-ts/language-common';

/**
 * The bundled common passwords of at least `minLength` characters, in lower case. About 18 000 of them have 8 or more;
 * OWASP ASVS 5.0 §6.2.4 asks for 3000.
 */
export function commonPasswords(minLength: number): ReadonlySet<string> {
  return new Set(dictionary['passwords-common'].filter((password) => password.length >= minLength));
}
