import { type ControllerDoc, FIELDS, NEXT_PASSWORD, UNSAFE } from '../../openapi/route-doc.js';
import { LOGGED_IN } from './login.json.js';
import { PAGE } from '../../page/page.json.js';
import type { LoginController } from './login.controller.js';
import { LoginForm } from './login.input.js';

export const LOGIN_DOC: ControllerDoc<LoginController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The login page, or the token for its form',
      next: true,
      session: false,
      answer: PAGE,
      media: 'text/html',
      refusals: ['service_unavailable'],
    },
    login: {
      summary: 'Logs in',
      description:
        'A session that the cookie already names is ended. With `new_password` the password is changed in the ' +
        'same step. Where the page has a captcha, its token is sent along in the captcha’s own field. A program sends JSON ' +
        'and `X-Session-Transport: bearer`, if the application allows it, and gets `token` instead of a cookie.',
      next: true,
      body: LoginForm,
      moreFields: true,
      session: false,
      answer: LOGGED_IN,
      redirect: 'After a form: to `next`, or where the application says.',
      headers: { 'Set-Cookie': 'The session.' },
      refusals: [
        ...UNSAFE,
        ...FIELDS,
        ...NEXT_PASSWORD,
        'invalid_credentials',
        'rejected_by_hook',
        'account_locked',
        'account_inactive',
        'account_not_approved',
        'password_expired',
        'app_not_allowed',
        'captcha_failed',
        'too_many_attempts',
        'service_unavailable',
      ],
    },
  },
};
