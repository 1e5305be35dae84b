import { COUNT, listOf, named, record, TEXT } from '../json-schema.js';
import {
  FIELDS,
  FIRST_PASSWORD,
  type FaceDoc,
  NEXT_PASSWORD,
  type RouteDoc,
  SUPER_USER,
  UNSAFE,
} from '../openapi/route-doc.js';
import { CreateUserInput, PageInput, SearchUsersInput, UpdateUserInput } from '../user/user.inputs.js';
import { AUDIT_EVENT, CREATED_USER, FULL_USER, SESSION } from './user.json.js';
import type { UsersController } from './users.controller.js';
import { SetPasswordForm } from './users.input.js';

const USER_ID = 'The user.';
const PAGING = { page: COUNT, page_size: COUNT, total: COUNT };

export const FOUND_USERS = named('SessionAuthUserPage', record({ users: listOf(FULL_USER), ...PAGING }));
export const FOUND_EVENTS = named('SessionAuthAuditPage', record({ events: listOf(AUDIT_EVENT), ...PAGING }));
export const FOUND_SESSIONS = record({ sessions: listOf(SESSION) });
export const PASSWORD_SET = record({ message: TEXT, user: FULL_USER });
export const SESSIONS_ENDED = record({ revoked: COUNT });

/** Something is decided about a user. */
const decide = (summary: string): RouteDoc => ({
  summary,
  id: USER_ID,
  body: null,
  session: true,
  answer: FULL_USER,
  refusals: [...UNSAFE, ...SUPER_USER, 'user_not_found'],
});

/** The same, but never about oneself. */
const decideOfOthers = (summary: string): RouteDoc => ({
  ...decide(summary),
  refusals: [...decide(summary).refusals, 'cannot_target_self'],
});

export const USERS_DOC: FaceDoc<UsersController> = {
  tag: 'Auth users',
  page: false,
  routes: {
    search: {
      summary: 'Users by name, a page at a time',
      query: SearchUsersInput,
      session: true,
      answer: FOUND_USERS,
      refusals: [...SUPER_USER, 'invalid_field'],
    },
    create: {
      summary: 'Creates a user',
      description: 'Without `password` a random one is made, and returned this once.',
      body: CreateUserInput,
      session: true,
      answer: CREATED_USER,
      status: 201,
      refusals: [...UNSAFE, ...SUPER_USER, ...FIELDS, ...FIRST_PASSWORD, 'username_taken', 'email_taken'],
    },
    get: {
      summary: 'A user',
      id: USER_ID,
      session: true,
      answer: FULL_USER,
      refusals: [...SUPER_USER, 'user_not_found'],
    },
    update: {
      summary: 'Changes a user',
      id: USER_ID,
      body: UpdateUserInput,
      session: true,
      answer: FULL_USER,
      refusals: [
        ...UNSAFE,
        ...SUPER_USER,
        'invalid_field',
        'user_not_found',
        'cannot_target_self',
        'username_taken',
        'email_taken',
      ],
    },
    delete: { ...decideOfOthers('Deletes a user, and answers with what is gone'), body: undefined },
    setPassword: {
      summary: 'Sets the password of a user, whose sessions end',
      id: USER_ID,
      body: SetPasswordForm,
      session: true,
      answer: PASSWORD_SET,
      refusals: [...UNSAFE, ...SUPER_USER, ...FIELDS, ...NEXT_PASSWORD, 'user_not_found'],
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
      refusals: [...SUPER_USER, 'invalid_field', 'user_not_found'],
    },
    sessions: {
      summary: 'The sessions of a user, the latest first',
      id: USER_ID,
      session: true,
      answer: FOUND_SESSIONS,
      refusals: [...SUPER_USER, 'user_not_found'],
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
