import { fullUserJson } from '../../account/user.json.js';
import type { UpdateUserInput } from '../../account/user.inputs.js';
import type { Arguments } from '../arguments.js';
import type { Call } from '../call.js';
import type { Command } from '../command.js';
import { CliError, Exit, UsageError } from '../errors.js';
import { lines } from '../output.js';

export const show: Command = {
  name: 'show',
  summary: 'Show a user',
  positionals: ['<user>'],
  options: {},
  async run(call) {
    const json = fullUserJson(await call.user());
    const facts = Object.entries(json).map(([name, value]) => [name, value === null ? '' : String(value)]);
    await call.output.result(json, lines(facts));
  },
};

export const update: Command = {
  name: 'update',
  summary: 'Change a user; an empty text removes what is there',
  positionals: ['<user>'],
  options: {
    username: { type: 'string', value: '<name>', help: 'user name' },
    email: { type: 'string', value: '<address>', help: 'email address' },
    'email-verified': {
      type: 'boolean',
      negative: true,
      help: 'whether the email address is known to be the user’s',
    },
    'display-name': { type: 'string', value: '<name>', help: 'display name' },
    'first-name': { type: 'string', value: '<name>', help: 'first name' },
    'last-name': { type: 'string', value: '<name>', help: 'last name' },
    active: { type: 'boolean', negative: true, help: 'whether the user may log in' },
    'must-change': {
      type: 'boolean',
      negative: true,
      help: 'whether the password must be changed at the next login',
    },
    'password-expires': {
      type: 'string',
      value: '<time>',
      help: 'when the password expires, such as 2030-01-31T12:00:00Z, or never',
    },
  },
  async run(call) {
    const changes = changesIn(call.args);
    if (Object.values(changes).every((value) => value === undefined)) {
      throw new UsageError('Say what to change. See --help.');
    }
    const { id } = await call.user();
    const { users, caller } = await call.application();
    const user = await users.updateUserById(id, changes, caller);
    await call.output.result(fullUserJson(user), `Changed ${user.username}.`);
  },
};

export const role: Command = {
  name: 'role',
  summary: 'Make a user a super-user, or take that away',
  positionals: ['<user>'],
  options: {
    'super-user': { type: 'boolean', negative: true, help: 'whether the user is to be a super-user' },
  },
  async run(call) {
    const isSuperUser = call.args.flag('super-user');
    if (isSuperUser === undefined) throw new UsageError('Give --super-user or --no-super-user.');
    const { id } = await call.user();
    const { users, caller } = await call.application();
    const user = await users.updateUserById(id, { isSuperUser }, caller);
    const text = `${user.username} is ${isSuperUser ? 'a' : 'no longer a'} super-user.`;
    await call.output.result(fullUserJson(user), text);
  },
};

export const deleteUser: Command = {
  name: 'delete',
  summary: 'Delete a user and all sessions; what was recorded of the user stays',
  positionals: ['<user>'],
  options: { yes: { type: 'boolean', help: 'do not ask' } },
  async run(call) {
    if (!call.args.flag('yes') && !call.terminal.isThere) {
      throw new UsageError('There is no terminal to ask on whether to delete. Use --yes.');
    }
    const { id, username } = await call.user();
    if (!call.args.flag('yes')) await confirmed(call, username);
    const { users, caller } = await call.application();
    const user = await users.deleteUserById(id, caller);
    await call.output.result(fullUserJson(user), `Deleted ${user.username} (${user.id}).`);
  },
};

/** @throws CliError if the user name is not typed again */
async function confirmed({ terminal }: Call, username: string): Promise<void> {
  const typed = await terminal.ask(`Type the user name ${username} to delete this user: `);
  if (typed !== username) throw new CliError(Exit.refused, 'not_confirmed', 'Nothing was deleted.');
}

/** @throws UsageError */
function changesIn(args: Arguments): UpdateUserInput {
  const username = args.text('username');
  if (username === '') throw new UsageError('--username: every user has a name.');
  const expires = args.text('password-expires');
  return {
    username,
    email: textIn(args, 'email'),
    emailVerified: args.flag('email-verified'),
    displayName: textIn(args, 'display-name'),
    firstName: textIn(args, 'first-name'),
    lastName: textIn(args, 'last-name'),
    isActive: args.flag('active'),
    mustChange: args.flag('must-change'),
    passwordExpiresAt: expires === 'never' ? null : expires,
  };
}

/** Returns the text of an option; an empty text is `null`. */
function textIn(args: Arguments, name: string): string | null | undefined {
  const text = args.text(name);
  return text === '' ? null : text;
}
