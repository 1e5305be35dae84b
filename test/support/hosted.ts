import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { boot, type Boot, type TestApplication } from './application.js';

/**
 * One application for all tests of a `describe`: started before the first, closed after the last. What it returns is
 * filled in by then. A test after which the host has logged an error (Nest logs whatever ends in a 500) fails.
 */
export function hosted(given: Boot = {}): TestApplication {
  const application = {} as TestApplication;
  beforeAll(async () => {
    Object.assign(application, await boot(given));
  });
  afterEach(() => {
    expect(application.log.takeErrors().join('\n')).toBe('');
  });
  afterAll(() => application.close?.());
  return application;
}
