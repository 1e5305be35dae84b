import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const summary = process.env.VITEST_SUMMARY;

/** These folders wait longest: for time-outs, for processes of their own, for the browser. */
const LONG = ['faults', 'cluster', 'cli', 'browser'].map((folder) => `/test/${folder}/`);

/** Begins with the long files, so that no worker is left alone with one at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((path) => moduleId.includes(path));
    return (await super.sort(files)).toSorted((one, other) => Number(isLong(other)) - Number(isLong(one)));
  }
}

export default defineConfig({
  resolve: {
    // The sample imports the package by its name; under test that is the source, so no build has to come first.
    alias: {
      'nestjs-session-auth/codes': fileURLToPath(new URL('./src/errors/auth.codes.ts', import.meta.url)),
      'nestjs-session-auth/client': fileURLToPath(new URL('./src/auth.client.ts', import.meta.url)),
      'nestjs-session-auth/testing': fileURLToPath(new URL('./src/auth.testing.ts', import.meta.url)),
      'nestjs-session-auth': fileURLToPath(new URL('./src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/{build,dist}/**', 'test/{nest-11,newcomer}/**'],
    // A third of the time went into loading Nest anew for each file.
    isolate: false,
    // More than the two cores of a small machine: most of the time goes into waiting.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    env: { NODE_ENV: 'test' },
    reporters: summary ? ['default', ['json', { outputFile: summary }]] : ['default'],
    // A busy machine must not fail a test: what is waited for comes, or the test hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
