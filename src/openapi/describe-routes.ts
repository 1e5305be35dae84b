import { ChangePasswordController } from '../change-password/change-password.controller.js';
import { CHANGE_PASSWORD_DOC } from '../change-password/change-password.doc.js';
import { LoginController } from '../login/login.controller.js';
import { LOGIN_DOC } from '../login/login.doc.js';
import { LogoutController } from '../logout/logout.controller.js';
import { LOGOUT_DOC } from '../logout/logout.doc.js';
import { optionalPackage } from '../optional-package.js';
import { IconController } from '../page/icon.controller.js';
import { ICON_DOC } from '../page/icon.doc.js';
import { ScriptController } from '../page/script.controller.js';
import { SCRIPT_DOC } from '../page/script.doc.js';
import { StylesController } from '../page/styles.controller.js';
import { STYLES_DOC } from '../page/styles.doc.js';
import { RegisterController } from '../register/register.controller.js';
import { REGISTER_DOC } from '../register/register.doc.js';
import { SessionsController } from '../sessions/sessions.controller.js';
import { SESSIONS_DOC } from '../sessions/sessions.doc.js';
import { UserFormsController } from '../users/user-forms.controller.js';
import { UsersController } from '../users/users.controller.js';
import { USER_FORMS_DOC, USERS_DOC } from '../users/users.doc.js';
import { Description } from './description.js';
import type { Swagger } from './swagger.js';

let described = false;

/** Describes our routes to `@nestjs/swagger`, where the host has it; a document holds those whose face is on. */
export function describeRoutes(): void {
  // The controllers are the same in every application of the process.
  if (described) return;
  described = true;
  const swagger = optionalPackage('@nestjs/swagger') as Swagger | null;
  if (swagger === null) return;
  const description = new Description(swagger);
  description.face(LoginController, LOGIN_DOC);
  description.face(LogoutController, LOGOUT_DOC);
  description.face(RegisterController, REGISTER_DOC);
  description.face(ChangePasswordController, CHANGE_PASSWORD_DOC);
  description.face(SessionsController, SESSIONS_DOC);
  description.face(UserFormsController, USER_FORMS_DOC);
  description.face(UsersController, USERS_DOC);
  description.face(StylesController, STYLES_DOC);
  description.face(IconController, ICON_DOC);
  description.face(ScriptController, SCRIPT_DOC);
}
