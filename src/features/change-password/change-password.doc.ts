import { type ControllerDoc, FIELDS, NEXT_PASSWORD, SIGNED_IN, UNSAFE } from '../../openapi/route-doc.js';
import { PAGE } from '../../page/page.json.js';
import { PASSWORD_CHANGED } from './change-password.json.js';
import type { ChangePasswordController } from './change-password.controller.js';
import { ChangePasswordForm } from './change-password.input.js';

export const CHANGE_PASSWORD_DOC: ControllerDoc<ChangePasswordController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The change-password page, or the token for its form',
      next: true,
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: 'A page navigation of somebody who is not signed in: to the login.',
      refusals: SIGNED_IN,
    },
    change: {
      summary: 'Changes your own password',
      description:
        'All sessions of the user end, including this one unless the application keeps it. `current_password` is ' +
        'accepted for `old_password`. Where the session is kept, a program gets its new `token` in the body.',
      next: true,
      body: ChangePasswordForm,
      session: true,
      answer: PASSWORD_CHANGED,
      redirect: 'After a form: to the login page, or where the application says.',
      headers: { 'Set-Cookie': 'Clears the session, or gives the new one.' },
      refusals: [
        ...UNSAFE,
        ...SIGNED_IN,
        ...FIELDS,
        ...NEXT_PASSWORD,
        'incorrect_password',
        'passwords_do_not_match',
        'read_only',
        'app_not_allowed',
        'too_many_attempts',
      ],
    },
  },
};
