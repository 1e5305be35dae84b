import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { expectNoSecretWritten } from './secrets.js';
import { boot, type Boot, type TestApplication } from './application.js';

/**
 * One application for all tests of a `describe`: started before the first, closed after the last. What it returns is
 * filled in by then; at the end no secret may stand in its log or audit. A test after which the host has logged an error (Nest logs whatever ends in a 500) fails.
 */
export function hosted(given: Boot = {}): TestApplication {
  const application = {} as TestApplication;
  beforeAll(async () => {
    Object.assign(application, await boot(given));
  });
  afterEach(() => {
    expect(application.log.takeErrors().join('\n')).toBe('');
  });
  afterAll(async () => {
    if (!application.close) return;
    const { url, log, rows } = application;
    try {
      expectNoSecretWritten(url, log.lines.join('\n'), 'the log');
      expectNoSecretWritten(url, JSON.stringify(await rows.all('sso_audit_event')), 'the audit');
    } finally {
      await application.close();
    }
  });
  return application;
}
