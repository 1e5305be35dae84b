import {
  type ControllerDoc,
  FIELDS,
  type RouteDoc,
  SUPER_USER,
  TO_MEND,
  UNSAFE,
} from '../../openapi/route-doc.js';
import { PageInput, UpdateUserInput } from '../../account/user.inputs.js';
import { FOUND_EVENTS, FULL_USER } from '../../account/user.json.js';
import { PAGE } from '../../page/page.json.js';
import { EditUserForm } from './users.input.js';
import type { UserController } from './user.controller.js';

/** The `:id` in the paths. */
export const USER_ID = 'The user.';

export const TO_USER = 'After a form: to the page of the user.';
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
  ...FIELDS,
  'user_not_found',
  'cannot_target_self',
  'username_taken',
  'email_taken',
  'conflict',
] as const;

export const USER_DOC: ControllerDoc<UserController> = {
  tag: 'Auth users',
  routes: {
    get: {
      summary: 'A user; HTML where that is preferred',
      id: USER_ID,
      session: true,
      answer: FULL_USER,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'user_not_found'],
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
    update: {
      summary: 'Changes a user',
      id: USER_ID,
      body: UpdateUserInput,
      session: true,
      answer: FULL_USER,
      refusals: [...UNSAFE, ...SUPER_USER, ...EDIT],
    },
    delete: {
      ...deletion('Deletes a user, and returns what was deleted'),
      body: undefined,
      redirect: undefined,
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
    deleteByForm: {
      ...deletion('Deletes a user, as DELETE does, for forms'),
      redirect: TO_USERS,
    },
    lock: decideOfOthers('Locks a user, and ends the sessions'),
    unlock: decide('Unlocks a user'),
    approve: decide('Approves an account'),
    reject: decideOfOthers('Rejects an account, and ends the sessions'),
    audit: {
      summary: 'The audit events of a user, the latest first',
      id: USER_ID,
      query: PageInput,
      session: true,
      answer: FOUND_EVENTS,
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'invalid_field', 'user_not_found'],
    },
  },
};
