// The sample by `npm start`, while many use it, while nobody does, and at its end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Visitor } from '../newcomer/visitor.mjs';

/** Milliseconds. While idle, garbage is collected many times. */
const LOADED = 20_000;
const IDLE = 6_000;
const VISITORS = 8;
const ADMIN = { username: 'admin', password: 'a ladder in the orchard' };
const litter = pathToFileURL(join(import.meta.dirname, 'litter.mjs'));

export async function sampleUnderLoad(copy, environment) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const sample = spawn('npm', ['start'], {
    cwd: copy,
    detached: true,
    env: {
      ...environment,
      NODE_OPTIONS: `--import=${litter}`,
      PORT: String(port),
      SAMPLE_SUPERUSER_USERNAME: ADMIN.username,
      SAMPLE_SUPERUSER_PASSWORD: ADMIN.password,
    },
  });
  let log = '';
  for (const stream of [sample.stdout, sample.stderr]) stream.on('data', (text) => (log += text));
  const ended = once(sample, 'exit');
  try {
    while (!log.includes('The sample is ready')) {
      assert.equal(sample.exitCode, null, 'The sample does not start.');
      await sleep(250);
    }
    const visitors = Array.from({ length: VISITORS }, () => new Visitor(origin));
    const until = Date.now() + LOADED;
    const counts = await Promise.all(visitors.map((visitor) => visits(visitor, until)));
    await sleep(IDLE);
    await visitors[0].open('/sessions');
    assert.equal(visitors[0].path, '/sessions');
    process.kill(-sample.pid, 'SIGTERM');
    const [code, signal] = await ended;
    assert.ok(signal === 'SIGTERM' || [0, 143].includes(code), `It ended with ${signal ?? code}.`);
    assert.doesNotMatch(log, /Assertion failed|Aborted|Segmentation fault|Warning:/);
    console.log(`${counts.reduce((sum, count) => sum + count)} pages, and still there after idleness`);
  } catch (error) {
    console.error(log);
    throw error;
  } finally {
    if (sample.exitCode === null && sample.signalCode === null) process.kill(-sample.pid, 'SIGKILL');
  }
}

/** Somebody who logs in and reads; answers how many pages that were. */
async function visits(visitor, until) {
  await visitor.open('/login');
  await visitor.submit(ADMIN);
  let count = 2;
  for (; Date.now() < until; count += 1) {
    await visitor.open('/sessions');
    assert.equal(visitor.path, '/sessions');
  }
  return count;
}

async function freePort() {
  const server = createServer().listen(0);
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
