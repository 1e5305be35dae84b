import type { Provider, Type } from '@nestjs/common';
import { type DocumentedController, documented } from '../openapi/route-doc.js';
import type { RouteName } from '../page/page.settings.js';
import { IconController } from './assets/icon.controller.js';
import { ICON_DOC } from './assets/icon.doc.js';
import { ScriptController } from './assets/script.controller.js';
import { SCRIPT_DOC } from './assets/script.doc.js';
import { StylesController } from './assets/styles.controller.js';
import { STYLES_DOC } from './assets/styles.doc.js';
import { SESSION_REQUIREMENTS, type SessionRequirement } from '../account/session-requirement.js';
import { ChangePasswordController } from './change-password/change-password.controller.js';
import { CHANGE_PASSWORD_DOC } from './change-password/change-password.doc.js';
import { PasswordChangeRequirement } from './change-password/password-change.requirement.js';
import { LoginController } from './login/login.controller.js';
import { LOGIN_DOC } from './login/login.doc.js';
import { LogoutController } from './logout/logout.controller.js';
import { LOGOUT_DOC } from './logout/logout.doc.js';
import { RegisterController } from './register/register.controller.js';
import { REGISTER_DOC } from './register/register.doc.js';
import { SessionController } from './session-list/session.controller.js';
import { SessionsController } from './session-list/sessions.controller.js';
import { SESSION_DOC, SESSIONS_DOC } from './session-list/sessions.doc.js';
import { UserController } from './user-admin/user.controller.js';
import { USER_DOC } from './user-admin/user.doc.js';
import { UserPasswordController } from './user-admin/user-password.controller.js';
import { USER_PASSWORD_DOC } from './user-admin/user-password.doc.js';
import { UserSessionsController } from './user-admin/user-sessions.controller.js';
import { USER_SESSIONS_DOC } from './user-admin/user-sessions.doc.js';
import { UsersController } from './user-admin/users.controller.js';
import { USERS_DOC } from './user-admin/users.doc.js';

/** One thing that people can do. */
export interface AuthFeature {
  /** The option in `routes` by which an application leaves it out; none = it is always there. */
  route?: RouteName;
  controllers: readonly DocumentedController[];
  /** What people may have to do first. It holds without the routes too: a page of the host's may be where it is done. */
  requirements?: readonly Type<SessionRequirement>[];
}

/** All features. */
export const FEATURES: readonly AuthFeature[] = [
  {
    controllers: [
      documented(StylesController, STYLES_DOC),
      documented(IconController, ICON_DOC),
      documented(ScriptController, SCRIPT_DOC),
    ],
  },
  { route: 'login', controllers: [documented(LoginController, LOGIN_DOC)] },
  { route: 'logout', controllers: [documented(LogoutController, LOGOUT_DOC)] },
  { route: 'register', controllers: [documented(RegisterController, REGISTER_DOC)] },
  {
    route: 'changePassword',
    controllers: [documented(ChangePasswordController, CHANGE_PASSWORD_DOC)],
    requirements: [PasswordChangeRequirement],
  },
  {
    route: 'sessions',
    controllers: [documented(SessionController, SESSION_DOC), documented(SessionsController, SESSIONS_DOC)],
  },
  {
    route: 'users',
    controllers: [
      // First, because `/users/:id` would match `/users/new`.
      documented(UsersController, USERS_DOC),
      documented(UserController, USER_DOC),
      documented(UserPasswordController, USER_PASSWORD_DOC),
      documented(UserSessionsController, USER_SESSIONS_DOC),
    ],
  },
];

/** The providers of what people may have to do first, and of the list of it all. */
export function requirementProviders(): Provider[] {
  const requirements = FEATURES.flatMap((feature) => feature.requirements ?? []);
  const list = {
    provide: SESSION_REQUIREMENTS,
    inject: [...requirements],
    useFactory: (...all: SessionRequirement[]) => all,
  };
  return [...requirements, list];
}

/** The controllers of the features that an application has. */
export function controllersOf(routes: Readonly<Record<RouteName, boolean>>): Type[] {
  return FEATURES.filter(({ route }) => route === undefined || routes[route]).flatMap(({ controllers }) =>
    controllers.map(({ controller }) => controller),
  );
}
