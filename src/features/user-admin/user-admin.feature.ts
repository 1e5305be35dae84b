import { documented } from '../../openapi/route-doc.js';
import { PasswordNotes } from './password-notes.js';
import {
  CREATE_USER_PAGE,
  DELETE_USER_PAGE,
  USER_PAGE,
  USER_PASSWORD_PAGE,
  USERS_PAGE,
} from './user-admin.pages.js';
import { UserReader } from './user.reader.js';
import { UserController } from './user.controller.js';
import { USER_DOC } from './user.doc.js';
import { UserPasswordController } from './user-password.controller.js';
import { USER_PASSWORD_DOC } from './user-password.doc.js';
import { UserSessionsController } from './user-sessions.controller.js';
import { USER_SESSIONS_DOC } from './user-sessions.doc.js';
import { UsersController } from './users.controller.js';
import { USERS_DOC } from './users.doc.js';
import { UsersPages } from './users.pages.js';

export const USER_ADMIN = {
  route: 'users',
  controllers: [
    // First, because `/users/:id` would match `/users/new`.
    documented(UsersController, USERS_DOC),
    documented(UserController, USER_DOC),
    documented(UserPasswordController, USER_PASSWORD_DOC),
    documented(UserSessionsController, USER_SESSIONS_DOC),
  ],
  providers: [UserReader, UsersPages, PasswordNotes],
  pages: [USERS_PAGE, CREATE_USER_PAGE, USER_PAGE, DELETE_USER_PAGE, USER_PASSWORD_PAGE],
} as const;
