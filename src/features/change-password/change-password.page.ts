import { type PageDefinition, secret } from '../../page/page.definition.js';

export const CHANGE_PASSWORD_PAGE = {
  name: 'change-password',
  path: 'change-password',
  options: 'changePassword',
  fields: {
    old_password: secret('field.old_password'),
    new_password: secret('field.new_password'),
    confirm_new_password: secret('field.confirm_new_password'),
  },
  script: true,
  focus: true,
  keepsNext: true,
  link: { name: 'changePassword', for: 'everyone' },
} as const satisfies PageDefinition;
