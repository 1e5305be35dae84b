import type { Option } from './option.js';
import type { Call } from './call.js';
import { CliError, Exit, UsageError } from './errors.js';

/** How a password comes in. */
export const PASSWORD_STDIN: Option = { type: 'boolean', help: 'read the password from standard input' };

/**
 * Takes a password, piped in or typed twice the same, when it is called.
 *
 * @param alternative what else the person could have said
 * @throws UsageError at once when there is no way for it to come in
 */
export function passwordSource({ args, terminal }: Call, alternative = ''): () => Promise<string> {
  if (args.flag('password-stdin')) {
    if (!terminal.isThere) return async () => present(await terminal.piped());
    throw new UsageError(
      '--password-stdin needs a pipe or a file, because a terminal would show the password.',
    );
  }
  if (!terminal.isThere) {
    throw new UsageError(
      `There is no terminal to ask for the password on. Use --password-stdin${alternative}.`,
    );
  }
  return async () => {
    const password = present(await terminal.askHidden('Password: '));
    if ((await terminal.askHidden('Repeat the password: ')) === password) return password;
    throw new CliError(Exit.refused, 'passwords_do_not_match', 'Passwords do not match.');
  };
}

function present(password: string): string {
  if (password === '') throw new CliError(Exit.refused, 'missing_fields', 'The password is empty.');
  return password;
}
