import { sessionJson } from '../../account/user.json.js';
import type { Command } from '../command.js';
import { table } from '../output.js';

export const listSessions: Command = {
  name: 'sessions list',
  summary: 'List a user’s active sessions, the latest first',
  positionals: ['<user>'],
  options: {},
  async run(call) {
    const { id } = await call.user();
    const { users, caller } = await call.application();
    const sessions = await users.listSessions(caller, id);
    const rows = sessions.map((session) => [
      session.id,
      session.lastSeenAt.toISOString(),
      session.expiresAt.toISOString(),
      session.remoteAddress ?? '',
      session.userAgent ?? '',
    ]);
    const head = ['ID', 'LAST ACTIVE', 'EXPIRES', 'IP ADDRESS', 'USER AGENT'];
    await call.output.result({ sessions: sessions.map(sessionJson) }, table(head, rows));
  },
};

export const revokeSessions: Command = {
  name: 'sessions revoke',
  summary: 'End all of a user’s sessions, or one',
  positionals: ['<user>'],
  options: { session: { type: 'string', value: '<id>', help: 'only this session' } },
  async run(call) {
    const { id, username } = await call.user();
    const { users, caller } = await call.application();
    const session = call.args.text('session');
    if (session !== undefined) await users.revokeSession(session, caller, id);
    const revoked = session === undefined ? await users.revokeAllSessions(id, caller) : 1;
    await call.output.result({ revoked }, `Sessions of ${username} ended: ${revoked}.`);
  },
};

export const sweep: Command = {
  name: 'sweep',
  summary: 'Delete expired sessions, and audit events older than the retention in --options',
  positionals: [],
  options: {},
  async run(call) {
    const { sweeper } = await call.application();
    const { sessions, auditEvents } = await sweeper.sweep();
    await call.output.result(
      { sessions, audit_events: auditEvents },
      `Sessions deleted: ${sessions}. Audit events deleted: ${auditEvents}.`,
    );
  },
};
