import { type PageDefinition, secret, text } from '../../page/page.definition.js';

export const REGISTER_PAGE = {
  name: 'register',
  path: 'register',
  options: 'register',
  fields: {
    username: text('field.username'),
    email: text('field.email'),
    password: secret('field.password'),
    confirm_password: secret('field.confirm_password'),
  },
  userFields: { author: 'stranger', isNew: true },
  captcha: true,
  script: true,
  focus: true,
  keepsNext: true,
  link: { name: 'register', for: 'everyone' },
  linksWithNext: ['login'],
} as const satisfies PageDefinition;
