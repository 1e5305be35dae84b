import { documented } from '../../openapi/route-doc.js';
import { SessionController } from './session.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SESSION_DOC, SESSIONS_DOC } from './sessions.doc.js';
import { SESSIONS_PAGE, SessionsContents } from './sessions.page.js';

export const SESSION_LIST = {
  route: 'sessions',
  controllers: [documented(SessionController, SESSION_DOC), documented(SessionsController, SESSIONS_DOC)],
  providers: [SessionsContents],
  pages: [SESSIONS_PAGE],
} as const;
