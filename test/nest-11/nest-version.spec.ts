import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as core from '@nestjs/core';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);

it.each(['common', 'core', 'passport', 'platform-express', 'testing', 'typeorm'])(
  'runs on Nest 11: @nestjs/%s',
  (name) => {
    const manifest = readFileSync(require.resolve(`@nestjs/${name}/package.json`), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({
      name: `@nestjs/${name}`,
      version: expect.stringMatching(/^11\./),
    });
  },
);

it('is the copy of Nest that the tests import', () => {
  expect(core.NestFactory).toBe(require('@nestjs/core').NestFactory);
});
