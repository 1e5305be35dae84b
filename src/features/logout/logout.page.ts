import type { PageDefinition } from '../../page/page.definition.js';

export const LOGOUT_PAGE = {
  name: 'logout',
  path: 'logout',
  options: 'logout',
  fields: {},
  link: { name: 'logout', for: 'everyone' },
} as const satisfies PageDefinition;
