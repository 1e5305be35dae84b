import {
  type ControllerDoc,
  FIELDS,
  NEXT_PASSWORD,
  SUPER_USER,
  TO_MEND,
  UNSAFE,
} from '../../openapi/route-doc.js';
import { PASSWORD_GENERATED, PASSWORD_SET } from './users.json.js';
import { PAGE } from '../../page/page.json.js';
import { TO_USER, USER_ID } from './user.doc.js';
import { SetPasswordForm } from './users.input.js';
import type { UserPasswordController } from './user-password.controller.js';

export const USER_PASSWORD_DOC: ControllerDoc<UserPasswordController> = {
  tag: 'Auth users',
  routes: {
    showPassword: {
      summary: 'The page that sets a password, or the token for its form',
      id: USER_ID,
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'user_not_found', 'cannot_target_self'],
    },
    setPassword: {
      summary: 'Sets the password of a user, whose sessions end',
      id: USER_ID,
      body: SetPasswordForm,
      session: true,
      answer: PASSWORD_SET,
      redirect: TO_USER,
      refusals: [
        ...UNSAFE,
        ...SUPER_USER,
        ...FIELDS,
        ...NEXT_PASSWORD,
        'user_not_found',
        'too_many_attempts',
      ],
    },
    generatePassword: {
      summary: 'Generates a random password, which is returned once; the sessions of the user end',
      description: 'It must be changed at the next login.',
      id: USER_ID,
      body: null,
      session: true,
      answer: PASSWORD_GENERATED,
      redirect: 'After a form: to the page that shows the password once.',
      refusals: [
        ...UNSAFE,
        ...SUPER_USER,
        'user_not_found',
        'cannot_target_self',
        'concurrent_change',
        'conflict',
        'too_many_attempts',
      ],
    },
    showGenerated: {
      summary: 'The page of a password that was just generated, shown once; or the token for its form',
      id: USER_ID,
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: `A page navigation without a password to show: to the page of the user. ${TO_MEND}`,
      refusals: [...SUPER_USER, 'user_not_found'],
    },
  },
};
