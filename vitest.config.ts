import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const summary = process.env.VITEST_SUMMARY;

export default defineConfig({
  resolve: {
    // The sample imports the package by its name; under test that is the source, so no build has to come first.
    alias: {
      'nestjs-session-auth/codes': fileURLToPath(new URL('./src/errors/auth.codes.ts', import.meta.url)),
      'nestjs-session-auth/testing': fileURLToPath(new URL('./src/auth.testing.ts', import.meta.url)),
      'nestjs-session-auth': fileURLToPath(new URL('./src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/{build,dist}/**', 'test/{nest-11,newcomer}/**'],
    // A third of the time went into loading Nest anew for each file.
    isolate: false,
    // Much of the time goes into waiting for databases and the browser.
    maxWorkers: 2,
    env: { NODE_ENV: 'test' },
    reporters: summary ? ['default', ['json', { outputFile: summary }]] : ['default'],
    // A busy machine must not fail a test: what is waited for comes, or the test hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
