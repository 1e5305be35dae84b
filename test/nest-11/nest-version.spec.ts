import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as core from '@nestjs/core';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);

// Of the folder in which the copy of the suite lies.
const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };

it.each(Object.entries(dependencies))('runs with %s %s', (name, version) => {
  const found = readFileSync(require.resolve(`${name}/package.json`), 'utf8');
  expect(JSON.parse(found)).toMatchObject({ name, version });
});

it('runs on Nest 11, in the copy that the tests import', () => {
  expect(dependencies['@nestjs/core']).toMatch(/^11\./);
  expect(core.NestFactory).toBe(require('@nestjs/core').NestFactory);
});
