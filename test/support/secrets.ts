import type { SetCookie } from './cookies.js';

/** Shorter or commoner texts may stand in an answer by chance. */
const MIN_LENGTH = 12;
// A user name of the tests, typed as a password, stands in answers by right.
const USERNAME = /^zoe-\w+-\w+$/;
const PASSWORD_FIELD = /^(?:(?:old|current|new|confirm|confirm_new)_)?password$/;

/** What went through each application and must come out of it nowhere, by the application's address. */
const seen = new Map<string, Set<string>>();

function secretsOf(url: string): Set<string> {
  const found = seen.get(url) ?? new Set<string>();
  seen.set(url, found);
  return found;
}

/** The passwords in a body, whichever way it is written. */
function passwordsIn(body: string): string[] {
  const fields = fieldsOf(body);
  const others = fields.filter(([name]) => !PASSWORD_FIELD.test(name)).map(([, value]) => value);
  return fields
    .filter(
      ([name, value]) =>
        PASSWORD_FIELD.test(name) &&
        value.length >= MIN_LENGTH &&
        !USERNAME.test(value) &&
        !others.includes(value),
    )
    .map(([, value]) => value);
}

function fieldsOf(body: string): [string, string][] {
  try {
    const json: unknown = JSON.parse(body);
    const entries = typeof json === 'object' && json !== null ? Object.entries(json) : [];
    return entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  } catch {
    return [...new URLSearchParams(body)];
  }
}

/** Fails when an answer repeats a password that was sent for it, a session's token, or any hash. */
export function expectNoSecretIn(url: string, sent: string, answer: string, cookies: SetCookie[]): void {
  const passwords = passwordsIn(sent);
  const tokens = cookies.filter(({ name }) => /(?:^|-)id$/.test(name)).map(({ value }) => value);
  for (const secret of [...passwords, ...tokens.filter(Boolean)]) secretsOf(url).add(secret);
  // A program is given its token in the answer, and nowhere else.
  for (const [token] of answer.matchAll(/\bb_[\w-]{43}\b/g)) secretsOf(url).add(token);
  refuse(answer, [...passwords, ...tokens.filter(Boolean), '$bcrypt-sha256$'], 'an answer');
}

/** Fails when what an application has written holds anything that {@link expectNoSecretIn} was shown. */
export function expectNoSecretWritten(url: string, written: string, where: string): void {
  refuse(written, [...secretsOf(url), '$bcrypt-sha256$'], where);
}

function refuse(text: string, secrets: readonly string[], where: string): void {
  const found = secrets.find((secret) => text.includes(secret));
  if (found !== undefined) throw new Error(`There is a secret in ${where}: ${found.slice(0, 8)}…`);
}
