import { documented } from '../../openapi/route-doc.js';
import { RegisterController } from './register.controller.js';
import { REGISTER_DOC } from './register.doc.js';
import { REGISTER_RULES, RegisterOptions } from './register.options.js';
import { REGISTER_PAGE } from './register.page.js';

export const REGISTER = {
  route: 'register',
  controllers: [documented(RegisterController, REGISTER_DOC)],
  pages: [REGISTER_PAGE],
  options: { name: 'register', type: RegisterOptions, rules: REGISTER_RULES },
} as const;
