import type { CreatedUser } from '../../account/new-accounts.js';
import type { CreateSuperUserInput } from '../../account/user.inputs.js';
import { fullUserJson } from '../../account/user.json.js';
import { FIELD, fieldsOf } from '../fields.js';
import type { Option } from '../option.js';
import type { Call } from '../call.js';
import type { Command } from '../command.js';
import { UsageError } from '../errors.js';
import { PASSWORD_STDIN, passwordSource } from '../new-password.js';

const OPTIONS: Readonly<Record<string, Option>> = {
  email: { type: 'string', value: '<address>', help: 'email address' },
  'display-name': { type: 'string', value: '<name>', help: 'display name' },
  'first-name': { type: 'string', value: '<name>', help: 'first name' },
  'last-name': { type: 'string', value: '<name>', help: 'last name' },
  field: FIELD,
  'password-stdin': PASSWORD_STDIN,
  'random-password': { type: 'boolean', help: 'generate a password and print it once; it must be changed' },
  'must-change': {
    type: 'boolean',
    negative: true,
    help: 'whether the password must be changed at the first login; default: only with --random-password',
  },
  expiry: { type: 'string', value: '<days>', help: 'days until the password expires, or never' },
};

export const createSuperuser: Command = {
  name: 'create-superuser',
  summary: 'Create a super-user',
  positionals: ['<username>'],
  options: OPTIONS,
  async run(call) {
    const input = await inputOf(call);
    const { users, caller } = await call.application();
    await show(call, await users.createSuperUser(input, caller));
  },
};

export const createUser: Command = {
  name: 'create-user',
  summary: 'Create a user',
  positionals: ['<username>'],
  options: { ...OPTIONS, unapproved: { type: 'boolean', help: 'a super-user must approve the user first' } },
  async run(call) {
    const input = { ...(await inputOf(call)), autoApprove: call.args.flag('unapproved') !== true };
    const { users, caller } = await call.application();
    await show(call, await users.createUser(input, caller));
  },
};

async function inputOf(call: Call): Promise<CreateSuperUserInput> {
  const { args } = call;
  const isRandom = args.flag('random-password') ?? false;
  const input = {
    username: await call.required(0, 'Username'),
    email: args.text('email'),
    displayName: args.text('display-name'),
    firstName: args.text('first-name'),
    lastName: args.text('last-name'),
    ...(await fieldsOf(call)),
    // A password generated for somebody else is temporary: the user must replace it (ASVS 6.4.1).
    mustChange: args.flag('must-change') ?? isRandom,
    passwordExpiry: args.expiry(),
  };
  if (isRandom && args.flag('password-stdin')) {
    throw new UsageError('Give --random-password or --password-stdin, not both.');
  }
  if (isRandom) return input;
  const password = passwordSource(call, ' or --random-password');
  // Checked before anybody types a password twice.
  await call.application();
  return { ...input, password: await password() };
}

async function show({ output }: Call, { user, password }: CreatedUser): Promise<void> {
  const json = fullUserJson(user);
  const text = `Created ${user.username} (${user.id}).`;
  if (password === undefined) return output.result(json, text);
  const shown = `${text}\nPassword, shown only once: ${password}`;
  await output.resultWithPassword({ ...json, password }, shown);
}
