import { type ControllerDoc, UNSAFE } from '../../openapi/route-doc.js';
import { DONE, PAGE } from '../../page/page.json.js';
import type { LogoutController } from './logout.controller.js';

export const LOGOUT_DOC: ControllerDoc<LogoutController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The logout page, or the token for its form; it logs nobody out',
      session: false,
      answer: PAGE,
      media: 'text/html',
      refusals: ['service_unavailable'],
    },
    logout: {
      summary: 'Ends the session',
      body: null,
      session: true,
      answer: DONE,
      redirect: 'After a form: to the login page, or where the application says.',
      headers: { 'Set-Cookie': 'Clears the session.' },
      refusals: [...UNSAFE, 'invalid_field', 'not_authenticated', 'service_unavailable'],
    },
  },
};
