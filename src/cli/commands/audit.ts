import { auditJson, pagingJson } from '../../account/user.json.js';
import type { AuditAction, AuditOutcome } from '../../audit/audit.actions.js';
import type { SsoAuditEvent } from '../../audit/sso-audit-event.entity.js';
import type { Command } from '../command.js';
import { table } from '../output.js';

export const audit: Command = {
  name: 'audit',
  summary: 'List what was recorded, the latest first: of everybody, or of one user',
  positionals: ['[user]'],
  options: {
    page: { type: 'string', value: '<number>', help: 'page number; default: 1' },
    'page-size': { type: 'string', value: '<number>', help: 'events per page, 1 to 100; default: 20' },
    action: { type: 'string', value: '<action>', help: 'only this action, such as login' },
    outcome: { type: 'string', value: '<outcome>', help: 'success or failure' },
    address: { type: 'string', value: '<address>', help: 'only from this IP address' },
    'known-user': {
      type: 'boolean',
      negative: true,
      help: 'only events that name a user, or only others, such as logins with unknown names',
    },
    since: {
      type: 'string',
      value: '<time>',
      help: 'from this time on: 2030-01-31, or 2030-01-31T12:00:00Z',
    },
    until: { type: 'string', value: '<time>', help: 'until this time; a date alone means its end' },
  },
  async run(call) {
    const { args, output } = call;
    const criteria = {
      user: args.positional(0),
      page: args.integer('page'),
      pageSize: args.integer('page-size'),
      // The service refuses other values.
      action: args.text('action') as AuditAction | undefined,
      outcome: args.text('outcome') as AuditOutcome | undefined,
      remoteAddress: args.text('address'),
      knownUser: args.flag('known-user'),
      since: args.text('since'),
      until: args.text('until'),
    };
    const application = await call.application();
    const found = await application.users.searchAuditEvents(criteria, application.caller);
    const { events, page, total } = found;
    const names = await application.usernamesOf(events.flatMap(({ actor, target }) => [actor, target]));
    const rows = events.map((event) => rowOf(event, names));
    await output.result(
      { events: events.map(auditJson), ...pagingJson(found) },
      `${table(HEAD, rows)}\n${events.length} of ${total}, page ${page}.`,
    );
  },
};

const HEAD = ['TIME', 'ACTION', 'OUTCOME', 'USER', 'BY', 'IP ADDRESS'];

function rowOf(event: SsoAuditEvent, names: ReadonlyMap<string, string>): string[] {
  const { at, action, code, outcome, target, actor, remoteAddress } = event;
  const nameOf = (id: string | null): string => (id === null ? '' : (names.get(id) ?? id));
  return [at.toISOString(), action, code ?? outcome, nameOf(target), nameOf(actor), remoteAddress ?? ''];
}
