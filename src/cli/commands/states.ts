import type { SsoUserBase } from '../../user/sso-user.entity.js';
import { fullUserJson } from '../../account/user.json.js';
import type { Application } from '../application.js';
import type { Command } from '../command.js';

export const lock = state('lock', 'Lock a user and end all sessions', 'is locked', ({ users, caller }, id) =>
  users.lockUser(id, caller),
);

export const unlock = state('unlock', 'Unlock a user', 'is not locked', ({ users, caller }, id) =>
  users.unlockUser(id, caller),
);

export const approve = state(
  'approve',
  'Approve a user who has registered',
  'is approved',
  ({ users, caller }, id) => users.approveUser(id, caller),
);

export const reject = state(
  'reject',
  'Reject a user who has registered, or withdraw the approval, and end all sessions',
  'is rejected',
  ({ users, caller }, id) => users.rejectUser(id, caller),
);

function state(
  name: string,
  summary: string,
  done: string,
  change: (application: Application, userId: string) => Promise<SsoUserBase>,
): Command {
  return {
    name,
    summary,
    positionals: ['<user>'],
    options: {},
    async run(call) {
      const { id } = await call.user();
      const user = await change(await call.application(), id);
      await call.output.result(fullUserJson(user), `${user.username} ${done}.`);
    },
  };
}
