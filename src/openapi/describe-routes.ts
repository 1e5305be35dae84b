import { ChangePasswordController } from '../features/change-password/change-password.controller.js';
import { CHANGE_PASSWORD_DOC } from '../features/change-password/change-password.doc.js';
import { LoginController } from '../features/login/login.controller.js';
import { LOGIN_DOC } from '../features/login/login.doc.js';
import { LogoutController } from '../features/logout/logout.controller.js';
import { LOGOUT_DOC } from '../features/logout/logout.doc.js';
import { optionalPackage } from '../host/optional-package.js';
import { IconController } from '../features/assets/icon.controller.js';
import { ICON_DOC } from '../features/assets/icon.doc.js';
import { ScriptController } from '../features/assets/script.controller.js';
import { SCRIPT_DOC } from '../features/assets/script.doc.js';
import { StylesController } from '../features/assets/styles.controller.js';
import { STYLES_DOC } from '../features/assets/styles.doc.js';
import { RegisterController } from '../features/register/register.controller.js';
import { REGISTER_DOC } from '../features/register/register.doc.js';
import { SessionsController } from '../features/session-list/sessions.controller.js';
import { SESSIONS_DOC } from '../features/session-list/sessions.doc.js';
import { UserFormsController } from '../features/user-admin/user-forms.controller.js';
import { UsersController } from '../features/user-admin/users.controller.js';
import { USER_FORMS_DOC, USERS_DOC } from '../features/user-admin/users.doc.js';
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
