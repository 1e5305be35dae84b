/**
 * Returns the bundled common passwords of at least `minLength` characters, in lower case. About 18 000 of them have 8 or more;
 * OWASP ASVS 5.0 §6.2.4 asks for 3000. Loaded at the first new password, so that the application starts faster.
 */
export async function commonPasswords(minLength: number): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].filter((password) => password.length >= minLength));
}
