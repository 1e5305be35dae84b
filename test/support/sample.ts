import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PASSWORD } from './people.js';
import { expectNoSecretWritten } from './secrets.js';

export interface Sample {
  url: string;
  /** Looks for secrets in what it has printed once it has ended. */
  stop(): Promise<void>;
  /** Ends it as a failing machine does: without a last word. */
  kill(): Promise<void>;
  /** Sends SIGTERM, and does not wait. */
  terminate(): void;
  /** Fulfilled when it has ended. */
  ended: Promise<unknown>;
}

/** The super-user whom the sample makes, password {@link PASSWORD}. */
export const ADMIN = 'admin';

const main = fileURLToPath(new URL('../../sample/dist/main.js', import.meta.url));

/**
 * Starts the sample as `npm run build && npm run build:sample` have left it, on a free port.
 *
 * @param environment its variables; without them an empty database in memory and cheap hashes
 */
export async function startSample(environment: Record<string, string> = {}): Promise<Sample> {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      // Only under test may hashes be this cheap.
      NODE_ENV: 'test',
      PORT: String(port),
      DATABASE_URL: 'sqlite::memory:',
      REDIS_URL: '',
      SAMPLE_SUPERUSER_USERNAME: ADMIN,
      SAMPLE_SUPERUSER_PASSWORD: PASSWORD,
      SAMPLE_OPTIONS: JSON.stringify({ password: { bcryptRounds: 4 } }),
      ...environment,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exit = once(child, 'exit');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += String(chunk);
      if (output.includes('The sample is ready')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`The built sample does not start: ${output}`)));
  });
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    process.off('exit', kill);
    child.kill(signal);
    await exit;
    expectNoSecretWritten(url, output, 'the log of the sample');
  }
  return {
    url,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    terminate: () => void child.kill('SIGTERM'),
    ended: exit,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
