import {
  CALLER,
  type ControllerDoc,
  type RouteDoc,
  SIGNED_IN,
  TO_MEND,
  UNSAFE,
} from '../../openapi/route-doc.js';
import { CURRENT, OWN_SESSIONS, ENDED, OTHERS_ENDED } from './sessions.json.js';
import { PageInput } from '../../account/user.inputs.js';
import type { SessionController } from './session.controller.js';
import type { SessionsController } from './sessions.controller.js';

const AFTERWARDS = 'After a form: to the list of sessions.';

const revoke: RouteDoc = {
  summary: 'Ends one of your own sessions',
  id: 'The session.',
  session: true,
  answer: ENDED,
  refusals: [...UNSAFE, ...CALLER, 'session_not_found'],
};

export const SESSION_DOC: ControllerDoc<SessionController> = {
  tag: 'Auth sessions',
  routes: {
    current: {
      summary: 'Who is signed in, and until when',
      session: true,
      answer: CURRENT,
      refusals: SIGNED_IN,
    },
  },
};

export const SESSIONS_DOC: ControllerDoc<SessionsController> = {
  tag: 'Auth sessions',
  routes: {
    list: {
      summary: 'Your own sessions, the latest first, in pages; HTML where that is preferred',
      query: PageInput,
      session: true,
      answer: OWN_SESSIONS,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...CALLER, 'invalid_field'],
    },
    revokeOthers: {
      summary: 'Ends all of your own sessions except this one',
      body: null,
      session: true,
      answer: OTHERS_ENDED,
      redirect: AFTERWARDS,
      refusals: [...UNSAFE, ...CALLER],
    },
    delete: { ...revoke },
    revoke: { ...revoke, body: null, redirect: AFTERWARDS },
  },
};
