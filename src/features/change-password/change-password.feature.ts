import { documented } from '../../openapi/route-doc.js';
import { ChangePasswordController } from './change-password.controller.js';
import { CHANGE_PASSWORD_DOC } from './change-password.doc.js';
import { CHANGE_PASSWORD_RULES, ChangePasswordOptions } from './change-password.options.js';
import { CHANGE_PASSWORD_PAGE } from './change-password.page.js';
import { PasswordChangeRequirement } from './password-change.requirement.js';

export const CHANGE_PASSWORD = {
  route: 'changePassword',
  controllers: [documented(ChangePasswordController, CHANGE_PASSWORD_DOC)],
  requirements: [PasswordChangeRequirement],
  pages: [CHANGE_PASSWORD_PAGE],
  options: { name: 'changePassword', type: ChangePasswordOptions, rules: CHANGE_PASSWORD_RULES },
} as const;
