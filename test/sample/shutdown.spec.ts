import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { PASSWORD } from '../support/people.js';
import type { RunningServer } from '../support/running-server.js';
import { ADMIN, startSample } from '../support/sample.js';
import { Visitor } from '../support/visitor.js';

let sample: RunningServer | undefined;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

afterEach(async () => {
  agent.destroy();
  await sample?.kill();
});

/** Asks over and over on one connection, until there is nobody to ask. */
async function beBusy(url: string): Promise<number> {
  for (let count = 0; ; count++) {
    const isAnswered = await new Promise<boolean>((resolve) => {
      const asked = request(`${url}/health`, { agent }, (response) => {
        response.resume().once('end', () => resolve(true));
      });
      asked.once('error', () => resolve(false)).end();
    });
    if (!isAnswered) return count;
  }
}

it('on SIGTERM a login in flight is answered, and no connection keeps the process', async () => {
  // So many rounds that a login is still in flight a moment later.
  sample = await startSample({ SAMPLE_OPTIONS: JSON.stringify({ password: { bcryptRounds: 14 } }) });
  const { url, ended } = sample;
  const silent = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  const busy = beBusy(url);
  const order: string[] = [];
  const login = new Visitor(url).login({ username: ADMIN, password: PASSWORD }).then((answer) => {
    order.push('login');
    return answer;
  });
  await sleep(100);
  expect(order).toEqual([]);

  sample.terminate();
  expect((await login).status).toBe(200);
  expect(await busy).toBeGreaterThan(0);
  await ended;
  silent.destroy();
});
