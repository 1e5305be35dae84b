import {
  type ControllerDoc,
  FIELDS,
  FIRST_PASSWORD,
  SUPER_USER,
  TO_MEND,
  UNSAFE,
} from '../../openapi/route-doc.js';
import { FOUND_USERS } from './users.json.js';
import { CreateUserInput, SearchUsersInput } from '../../account/user.inputs.js';
import { CREATED_USER } from '../../account/user.json.js';
import { PAGE } from '../../page/page.json.js';
import type { UsersController } from './users.controller.js';

export const USERS_DOC: ControllerDoc<UsersController> = {
  tag: 'Auth users',
  routes: {
    search: {
      summary: 'Users by name, in pages; HTML where that is preferred',
      query: SearchUsersInput,
      session: true,
      answer: FOUND_USERS,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'invalid_field'],
    },
    create: {
      summary: 'Creates a user',
      description:
        'Without `password`, a random one is generated and returned once. A form is redirected to the page that shows it.',
      body: CreateUserInput,
      session: true,
      answer: CREATED_USER,
      status: 201,
      redirect: 'After a form: to the page of the user, or to the one that shows the password.',
      refusals: [
        ...UNSAFE,
        ...SUPER_USER,
        ...FIELDS,
        ...FIRST_PASSWORD,
        'username_taken',
        'email_taken',
        'conflict',
        'too_many_attempts',
      ],
    },
    showCreate: {
      summary: 'The page for a new user, or the token for its form',
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: SUPER_USER,
    },
  },
};
