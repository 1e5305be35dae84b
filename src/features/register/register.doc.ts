import { type ControllerDoc, FIELDS, FIRST_PASSWORD, UNSAFE } from '../../openapi/route-doc.js';
import { REGISTERED } from './register.json.js';
import { PAGE } from '../../page/page.json.js';
import type { RegisterController } from './register.controller.js';
import { RegisterForm } from './register.input.js';

export const REGISTER_DOC: ControllerDoc<RegisterController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'The register page, or the token for its form',
      next: true,
      session: false,
      answer: PAGE,
      media: 'text/html',
      refusals: [],
    },
    register: {
      summary: 'Creates an account; nobody is logged in',
      description: 'Where the page has a captcha, its token is sent along in the captcha’s own field.',
      next: true,
      body: RegisterForm,
      moreFields: true,
      session: false,
      answer: REGISTERED,
      status: 201,
      redirect: 'After a form: to the login page, which keeps `next`, or where the application says.',
      refusals: [
        ...UNSAFE,
        ...FIELDS,
        ...FIRST_PASSWORD,
        'passwords_do_not_match',
        'username_taken',
        'email_taken',
        'conflict',
        'read_only',
        'app_not_allowed',
        'captcha_failed',
        'too_many_attempts',
        'service_unavailable',
      ],
    },
  },
};
