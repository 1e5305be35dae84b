import { documented } from '../../openapi/route-doc.js';
import { LogoutController } from './logout.controller.js';
import { LOGOUT_DOC } from './logout.doc.js';
import { LOGOUT_RULES, LogoutOptions } from './logout.options.js';
import { LOGOUT_PAGE } from './logout.page.js';

export const LOGOUT = {
  route: 'logout',
  controllers: [documented(LogoutController, LOGOUT_DOC)],
  pages: [LOGOUT_PAGE],
  options: { name: 'logout', type: LogoutOptions, rules: LOGOUT_RULES },
} as const;
