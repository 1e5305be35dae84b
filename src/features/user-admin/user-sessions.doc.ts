import { type ControllerDoc, SUPER_USER, TO_MEND, UNSAFE } from '../../openapi/route-doc.js';
import { FOUND_SESSIONS, SESSIONS_ENDED } from './users.json.js';
import { PageInput } from '../../account/user.inputs.js';
import { TO_USER, USER_ID } from './user.doc.js';
import type { UserSessionsController } from './user-sessions.controller.js';

export const USER_SESSIONS_DOC: ControllerDoc<UserSessionsController> = {
  tag: 'Auth users',
  routes: {
    sessions: {
      summary: 'The sessions of a user, the latest first, in pages',
      id: USER_ID,
      query: PageInput,
      session: true,
      answer: FOUND_SESSIONS,
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'invalid_field', 'user_not_found'],
    },
    endSessions: {
      summary: 'Ends all sessions of a user',
      id: USER_ID,
      session: true,
      answer: SESSIONS_ENDED,
      refusals: [...UNSAFE, ...SUPER_USER, 'user_not_found'],
    },
    revokeSessions: {
      summary: 'Ends all sessions of a user, as DELETE does, for forms',
      id: USER_ID,
      body: null,
      session: true,
      answer: SESSIONS_ENDED,
      redirect: TO_USER,
      refusals: [...UNSAFE, ...SUPER_USER, 'user_not_found'],
    },
    endSession: {
      summary: 'Ends one session of a user',
      id: USER_ID,
      session: true,
      answer: SESSIONS_ENDED,
      refusals: [...UNSAFE, ...SUPER_USER, 'user_not_found', 'session_not_found'],
    },
    revokeSession: {
      summary: 'Ends one session of a user, as DELETE does, for forms',
      id: USER_ID,
      body: null,
      session: true,
      answer: SESSIONS_ENDED,
      redirect: TO_USER,
      refusals: [...UNSAFE, ...SUPER_USER, 'user_not_found', 'session_not_found'],
    },
  },
};
