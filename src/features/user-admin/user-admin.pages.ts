import { checkbox, hidden, type PageDefinition, secret, text } from '../../page/page.definition.js';
import { UsersPages } from './users.pages.js';

/** The fields of a user that a super-user fills in. */
const USER_FIELDS = { username: text('field.username'), email: text('field.email') };

export const USERS_PAGE = {
  name: 'users',
  path: 'users',
  fields: {},
  script: true,
  link: { name: 'users', for: 'super-users' },
  contents: UsersPages,
} as const satisfies PageDefinition;

export const CREATE_USER_PAGE = {
  name: 'create-user',
  path: 'users/new',
  fields: {
    ...USER_FIELDS,
    password: secret('field.password'),
    password_expiry: text('field.password_expiry'),
    must_change: checkbox('field.must_change'),
    is_super_user: checkbox('field.is_super_user'),
    auto_approve: checkbox('field.auto_approve'),
  },
  userFields: { author: 'super-user', isNew: true },
  script: true,
  focus: true,
  link: { name: 'createUser', for: 'super-users' },
  contents: UsersPages,
} as const satisfies PageDefinition;

export const USER_PAGE = {
  name: 'user',
  path: 'users/:id',
  fields: {
    ...USER_FIELDS,
    password_expires_at: text('field.password_expires_at'),
    must_change: checkbox('field.must_change'),
    is_active: checkbox('field.is_active'),
    is_super_user: checkbox('field.is_super_user'),
    shown: hidden(),
  },
  script: true,
  userFields: { author: 'super-user', isNew: false },
  contents: UsersPages,
} as const satisfies PageDefinition;

export const DELETE_USER_PAGE = {
  name: 'delete-user',
  path: 'users/:id/delete',
  fields: {},
  contents: UsersPages,
} as const satisfies PageDefinition;

export const USER_PASSWORD_PAGE = {
  name: 'user-password',
  path: 'users/:id/password',
  fields: {
    new_password: secret('field.new_password'),
    password_expiry: text('field.password_expiry'),
    must_change: checkbox('field.must_change'),
  },
  script: true,
  focus: true,
  contents: UsersPages,
} as const satisfies PageDefinition;
