import {
  FIELDS,
  FIRST_PASSWORD,
  type FaceDoc,
  NEXT_PASSWORD,
  type RouteDoc,
  SUPER_USER,
  TO_MEND,
  UNSAFE,
} from '../../openapi/route-doc.js';
import {
  FOUND_USERS,
  FOUND_EVENTS,
  FOUND_SESSIONS,
  PASSWORD_SET,
  PASSWORD_GENERATED,
  SESSIONS_ENDED,
} from './users.json.js';
import { CreateUserInput, PageInput, SearchUsersInput, UpdateUserInput } from '../../account/user.inputs.js';
import { CREATED_USER, FULL_USER } from '../../account/user.json.js';
import { PAGE } from '../../page/page.json.js';
import type { UserFormsController } from './user-forms.controller.js';
import type { UsersController } from './users.controller.js';
import { EditUserForm, SetPasswordForm } from './users.input.js';

const USER_ID = 'The user.';

const TO_USER = 'After a form: to the page of the user.';
const TO_USERS = 'After a form: to the list of users.';

/** Something is decided about a user. */
const decide = (summary: string): RouteDoc => ({
  summary,
  id: USER_ID,
  body: null,
  session: true,
  answer: FULL_USER,
  redirect: TO_USER,
  refusals: [...UNSAFE, ...SUPER_USER, 'user_not_found', 'conflict'],
});

/** The same, but never about oneself. */
const decideOfOthers = (summary: string): RouteDoc => ({
  ...decide(summary),
  refusals: [...decide(summary).refusals, 'cannot_target_self'],
});

/** A user is deleted. */
const deletion = (summary: string): RouteDoc => ({
  ...decideOfOthers(summary),
  refusals: [...decideOfOthers(summary).refusals, 'user_in_use'],
});

/** What may be wrong with an edit. */
const EDIT = [
  'invalid_field',
  'user_not_found',
  'cannot_target_self',
  'username_taken',
  'email_taken',
  'conflict',
] as const;

export const USERS_DOC: FaceDoc<UsersController> = {
  tag: 'Auth users',
  page: true,
  routes: {
    search: {
      summary: 'Users by name, some at a time; a page where that is preferred',
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
        'Without `password` a random one is made, and returned this once. A form is led to the page that shows it.',
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
    get: {
      summary: 'A user; a page where that is preferred',
      id: USER_ID,
      session: true,
      answer: FULL_USER,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'user_not_found'],
    },
    update: {
      summary: 'Changes a user',
      id: USER_ID,
      body: UpdateUserInput,
      session: true,
      answer: FULL_USER,
      refusals: [...UNSAFE, ...SUPER_USER, ...EDIT],
    },
    delete: {
      ...deletion('Deletes a user, and answers with what is gone'),
      body: undefined,
      redirect: undefined,
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
    lock: decideOfOthers('Keeps a user out, and ends the sessions'),
    unlock: decide('Lets a locked user in again'),
    approve: decide('Approves an account'),
    reject: decideOfOthers('Rejects an account, and ends the sessions'),
    audit: {
      summary: 'What was recorded of a user, the latest first',
      id: USER_ID,
      query: PageInput,
      session: true,
      answer: FOUND_EVENTS,
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'invalid_field', 'user_not_found'],
    },
    sessions: {
      summary: 'The sessions of a user, the latest first, some at a time',
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
  },
};

export const USER_FORMS_DOC: FaceDoc<UserFormsController> = {
  tag: 'Auth users',
  page: true,
  routes: {
    showCreate: {
      summary: 'The page for a new user, or the token for its form',
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: SUPER_USER,
    },
    edit: {
      summary: 'Changes a user, as PATCH does, for forms',
      description: 'A field of a form that is empty is emptied; one that is absent stays as it is.',
      id: USER_ID,
      body: EditUserForm,
      session: true,
      answer: FULL_USER,
      redirect: TO_USER,
      refusals: [...UNSAFE, ...SUPER_USER, ...EDIT],
    },
    showPassword: {
      summary: 'The page that sets a password, or the token for its form',
      id: USER_ID,
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'user_not_found', 'cannot_target_self'],
    },
    generatePassword: {
      summary: 'Makes a random password up, which is returned this once; the sessions of the user end',
      description: 'It must be changed at the next login.',
      id: USER_ID,
      body: null,
      session: true,
      answer: PASSWORD_GENERATED,
      redirect: 'After a form: to the page that shows the password, this once.',
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
      summary:
        'The page of a password that was made up a moment ago, shown this once; or the token for its form',
      id: USER_ID,
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: `A page navigation where there is none to show: to the page of the user. ${TO_MEND}`,
      refusals: [...SUPER_USER, 'user_not_found'],
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
    showDelete: {
      summary: 'The page that asks before a user is deleted, or the token for its form',
      id: USER_ID,
      session: true,
      answer: PAGE,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'user_not_found', 'cannot_target_self'],
    },
    delete: {
      ...deletion('Deletes a user, as DELETE does, for forms'),
      redirect: TO_USERS,
    },
  },
};
