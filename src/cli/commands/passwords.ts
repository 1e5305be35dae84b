import { fullUserJson } from '../../account/user.json.js';
import type { Command } from '../command.js';
import { PASSWORD_STDIN, passwordSource } from '../new-password.js';

export const changePassword: Command = {
  name: 'change-password',
  summary: 'Set a user’s password and end all of their sessions',
  positionals: ['<user>'],
  options: {
    'password-stdin': PASSWORD_STDIN,
    'must-change': {
      type: 'boolean',
      negative: true,
      help: 'whether the user must change it at the next login; default: yes',
    },
    expiry: { type: 'string', value: '<days>', help: 'days until the password expires, or never' },
  },
  async run(call) {
    const { args, output } = call;
    const terms = { mustChange: args.flag('must-change'), passwordExpiry: args.expiry() };
    const password = passwordSource(call);
    const { id: userId } = await call.user();
    const { users, caller } = await call.application();
    const { user } = await users.changePassword({ userId, newPassword: await password(), ...terms }, caller);
    await output.result(
      fullUserJson(user),
      `Changed the password of ${user.username}; all sessions have ended.`,
    );
  },
};

export const resetPassword: Command = {
  name: 'reset-password',
  summary: 'Set a random password, which must be changed, and print it once',
  positionals: ['<user>'],
  options: {},
  async run(call) {
    const { id } = await call.user();
    const { users, caller } = await call.application();
    const { user, password } = await users.resetPassword(id, caller);
    const text = `New password of ${user.username}, shown only once: ${password}`;
    await call.output.resultWithPassword({ ...fullUserJson(user), password }, text);
  },
};
