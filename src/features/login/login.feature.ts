import { documented } from '../../openapi/route-doc.js';
import { LocalStrategy } from './local.strategy.js';
import { LoginController } from './login.controller.js';
import { LOGIN_DOC } from './login.doc.js';
import { LOGIN_RULES, LoginOptions } from './login.options.js';
import { LoginService } from './login.service.js';
import { LOGIN_PAGE } from './login.page.js';

export const LOGIN = {
  route: 'login',
  controllers: [documented(LoginController, LOGIN_DOC)],
  providers: [LoginService, LocalStrategy],
  pages: [LOGIN_PAGE],
  options: { name: 'login', type: LoginOptions, rules: LOGIN_RULES },
} as const;
