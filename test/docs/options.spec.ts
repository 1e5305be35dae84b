import { expect, it } from 'vitest';
import { optionsPage } from './options-page.js';

it(
  'docs/options.md says what the types say; `npm run docs:options` writes it anew',
  { timeout: 120_000 },
  async () => {
    await expect(await optionsPage()).toMatchFileSnapshot('../../docs/options.md');
  },
);
