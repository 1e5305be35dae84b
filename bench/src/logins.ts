import { Agent, request } from 'node:http';
import { atMost } from './at-most.js';
import { PASSWORD } from './servers/password.js';

/** Who logs in, and how. */
export interface Attempts {
  url: string;
  usernames: readonly string[];
  /** @default the right one */
  password?: string;
  /** How many at a time. */
  concurrency: number;
  /** Where all of them come from; absent = each from an address of its own. */
  address?: string;
}

// Cheaper than fetch by a millisecond a login, which the server would miss where they share the cores.
const agent = new Agent({ keepAlive: true });
let attempts = 0;

/**
 * Logs each of them in as a JSON client does.
 *
 * @param status of every answer
 * @returns the milliseconds it took
 * @throws Error when an answer has another status
 */
export async function logIn(given: Attempts, status: number): Promise<number> {
  const start = performance.now();
  await atMost(given.concurrency, given.usernames, async (username) => {
    const answer = await attempt(username, given);
    if (answer !== status) throw new Error(`A login was answered with ${answer}, not with ${status}.`);
  });
  return performance.now() - start;
}

function attempt(
  username: string,
  { url, password = PASSWORD, address = nextAddress() }: Attempts,
): Promise<number | undefined> {
  const body = JSON.stringify({ username, password });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': address,
  };
  return new Promise((resolve, reject) => {
    request(`${url}/login`, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve(response.statusCode))
        .on('error', reject);
    })
      .on('error', reject)
      .end(body);
  });
}

function nextAddress(): string {
  attempts++;
  return `10.${(attempts >> 16) & 255}.${(attempts >> 8) & 255}.${attempts & 255}`;
}
