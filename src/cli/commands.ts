import type { Command } from './command.js';
import { deleteUser, role, show, update } from './commands/accounts.js';
import { audit } from './commands/audit.js';
import { createSuperuser, createUser } from './commands/create.js';
import { importUsers } from './commands/import.js';
import { list } from './commands/list.js';
import { migrate } from './commands/migrate.js';
import { changePassword, resetPassword } from './commands/passwords.js';
import { listSessions, revokeSessions, sweep } from './commands/sessions.js';
import { approve, lock, reject, unlock } from './commands/states.js';

/** Everything the program can be told to do, in the order of help. */
export const commands: readonly Command[] = [
  migrate,
  createSuperuser,
  createUser,
  list,
  show,
  update,
  role,
  changePassword,
  resetPassword,
  lock,
  unlock,
  approve,
  reject,
  deleteUser,
  listSessions,
  revokeSessions,
  audit,
  sweep,
  importUsers,
];
