import type { Texts } from '../messages/message.js';
import { deviceOf } from './device.js';
import { type PageSession, pageInstant } from './page-items.js';
import type { SsoSession } from '../session/sso-session.entity.js';

/**
 * A session as pages show it, without its token.
 *
 * @param currentId the session that asks
 * @param revoke where a form ends it
 */
export function sessionItem(
  session: SsoSession,
  texts: Texts,
  currentId: string | undefined,
  revoke: string,
): PageSession {
  return {
    id: session.id,
    current: session.id === currentId,
    device: session.userAgent === null ? texts.say('sessions.unknown') : deviceOf(session.userAgent),
    userAgent: session.userAgent,
    remoteAddress: session.remoteAddress,
    createdAt: pageInstant(session.createdAt),
    lastSeenAt: pageInstant(session.lastSeenAt),
    expiresAt: pageInstant(session.expiresAt),
    revoke,
  };
}
