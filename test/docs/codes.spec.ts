import { expect, it } from 'vitest';
import { authErrorStatus } from '../../src/index.js';
import { textOf } from './pages.js';

it('docs/routes.md explains every code of an error', () => {
  const page = textOf('docs/routes.md');
  expect(Object.keys(authErrorStatus).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
