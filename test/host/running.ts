import { expect } from 'vitest';
import type { TestApplication } from '../support/application.js';
import { expectDone } from '../support/expectations.js';
import { PASSWORD } from '../support/people.js';

/** Uses an application and closes it whatever happens. */
export async function running(
  application: TestApplication,
  use: (application: TestApplication) => Promise<void>,
) {
  try {
    await use(application);
  } finally {
    await application.close();
  }
}

/** A login works, and leads to this page. */
export async function expectHome(application: TestApplication, to: string): Promise<void> {
  const { username } = await application.people.person();
  const visitor = application.visitor();
  expectDone(await visitor.login({ username, password: PASSWORD }), { to });
  expect((await visitor.get('/private')).json).toEqual({ username });
}
