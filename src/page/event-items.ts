import type { SsoAuditEvent } from '../audit/sso-audit-event.entity.js';
import type { Texts } from '../messages/message.js';
import { type PageEvent, pageInstant } from './page-items.js';
import { reasonOf } from './refusal-reason.js';

/** Returns an audit event as pages show it. @param names user names of the actors by id */
export function eventItem(event: SsoAuditEvent, texts: Texts, names: ReadonlyMap<string, string>): PageEvent {
  return {
    at: pageInstant(event.at),
    action: texts.say(`audit.${event.action}`),
    code: event.code,
    reason: event.code === null ? null : reasonOf(event.code, texts),
    actor: event.actor === null ? null : (names.get(event.actor) ?? event.actor),
    remoteAddress: event.remoteAddress,
  };
}
