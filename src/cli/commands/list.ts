import type { ApprovalStatus, SsoUserBase } from '../../user/sso-user.entity.js';
import { fullUserJson, pagingJson } from '../../account/user.json.js';
import type { Command } from '../command.js';
import { table } from '../output.js';

export const list: Command = {
  name: 'list',
  summary: 'List users, ordered by name',
  positionals: ['[text]'],
  options: {
    page: { type: 'string', value: '<number>', help: 'page number; default: 1' },
    'page-size': { type: 'string', value: '<number>', help: 'users per page, 1 to 100; default: 20' },
    locked: { type: 'boolean', negative: true, help: 'only locked users, or only others' },
    'super-users': { type: 'boolean', negative: true, help: 'only super-users, or only others' },
    approval: { type: 'string', value: '<status>', help: 'approved, rejected or before_decision' },
  },
  async run(call) {
    const { args, output } = call;
    const criteria = {
      q: args.positional(0),
      page: args.integer('page'),
      pageSize: args.integer('page-size'),
      locked: args.flag('locked'),
      superUser: args.flag('super-users'),
      // The service refuses other values.
      approvalStatus: args.text('approval') as ApprovalStatus | undefined,
    };
    const { users: service, caller } = await call.application();
    const found = await service.searchUsers(criteria, caller);
    const { users, page, total } = found;
    await output.result(
      { users: users.map(fullUserJson), ...pagingJson(found) },
      `${table(HEAD, users.map(rowOf))}\n${users.length} of ${total}, page ${page}.`,
    );
  },
};

const HEAD = ['USERNAME', 'EMAIL', 'LAST LOGIN', 'STATUS', 'ID'];

function rowOf(user: SsoUserBase): string[] {
  return [user.username, user.email ?? '', user.lastLogin?.toISOString() ?? '', statusOf(user), user.id];
}

/** What keeps a user out, and what makes one special. */
function statusOf(user: SsoUserBase): string {
  const words: [boolean, string][] = [
    [user.isSuperUser, 'super-user'],
    [user.isLocked, 'locked'],
    [!user.isActive, 'inactive'],
    [user.approvalStatus !== 'approved', user.approvalStatus],
    [user.signUpStatus !== 'final', user.signUpStatus],
    [user.passwordMustChange, 'must change'],
  ];
  return words.flatMap(([holds, word]) => (holds ? [word] : [])).join(', ');
}
