import type { PageDefinition } from './page.definition.js';

/** What people see who may not see another page. */
export const REFUSED_PAGE = { name: 'refused', fields: {} } as const satisfies PageDefinition;
