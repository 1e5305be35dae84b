import { type PageDefinition, secret, text } from '../../page/page.definition.js';

export const LOGIN_PAGE = {
  name: 'login',
  path: 'login',
  options: 'login',
  fields: { username: text('field.username'), password: secret('field.password') },
  captcha: true,
  script: true,
  focus: true,
  link: { name: 'login', for: 'everyone' },
  // Somebody without an account is on the way to the same page.
  linksWithNext: ['register'],
} as const satisfies PageDefinition;
