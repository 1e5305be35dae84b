import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SsoSession, SsoUser } from '../../src/index.js';
import { boot } from '../support/application.js';
import { databases } from '../support/databases.js';
import type { Person } from '../support/people.js';
import type { Seen, Task } from './elsewhere.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY = 86_400_000;

/** Hours that exist twice or not at all somewhere, and milliseconds. */
const instants = [
  '2030-03-31T01:30:00.123Z',
  '2030-10-27T01:30:00.999Z',
  '2030-03-10T07:30:00.001Z',
  '2030-11-03T06:30:00.500Z',
  '2030-09-28T14:30:00.000Z',
  '2031-01-01T00:00:00.000Z',
].map((text) => new Date(text));

describe.each(databases)('instants on $name', (database) => {
  it('are read and written alike by a process in another time zone', async () => {
    const zone = 'America/New_York';
    const fresh = await database.create(true);
    const application = await boot({ fresh });
    try {
      const users = application.dataSource.getRepository(SsoUser);
      const sessions = application.dataSource.getRepository(SsoSession);
      const people: Person[] = [];
      for (const instant of instants) {
        const person = await application.people.person();
        await application.people.signIn(person);
        await users.update(person.id, { passwordExpiresAt: instant });
        await sessions.update({ userId: person.id }, { maxExpiresAt: instant });
        people.push(person);
      }

      const seen = await elsewhere(zone, {
        connection: fresh.connection,
        users: people.map(({ id }, index) => ({ id, lastLogin: later(instants[index]).toISOString() })),
      });

      expect(seen.zone).toBe(zone);
      for (const [index, { id }] of people.entries()) {
        const instant = instants[index];
        const { createdAt, lastLogin } = await users.findOneByOrFail({ id });
        expect(lastLogin).toEqual(later(instant));
        expect(seen.users[index]).toEqual({
          passwordExpiresAt: instant?.toISOString(),
          sessionEndsAt: instant?.toISOString(),
          createdAt: createdAt.toISOString(),
        });
      }
    } finally {
      await application.close();
      await fresh.drop();
    }
  });
});

function later(instant: Date | undefined): Date {
  return new Date(Number(instant) + DAY);
}

/** The same rows, seen and changed by a process that lives in another time zone. */
async function elsewhere(zone: string, task: Task): Promise<Seen> {
  const script = `import { runnerImport } from 'vite'; await runnerImport('./test/database/elsewhere.ts');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, TZ: zone, TASK: JSON.stringify(task) },
  });
  let [out, faults] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (faults += String(chunk)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const line = out.split('\n').find((text) => text.startsWith('{'));
  if (code !== 0 || line === undefined) throw new Error(`The child process has failed: ${faults}${out}`);
  return JSON.parse(line);
}
