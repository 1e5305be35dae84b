import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expectNoSecretWritten } from './secrets.js';

/** An application in a process of its own. */
export interface RunningServer {
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

/**
 * Starts a compiled application on a free port, which it finds in the variable `PORT`.
 *
 * @param main its entry file
 * @param ready what it prints when it listens
 * @param environment its variables
 */
export async function startServer(
  main: string,
  ready: string,
  environment: Record<string, string>,
): Promise<RunningServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    // Only under test may hashes be cheap.
    env: { ...process.env, NODE_ENV: 'test', PORT: String(port), ...environment },
  });
  const url = `http://127.0.0.1:${port}`;
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exit = once(child, 'exit');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += String(chunk);
      if (output.includes(ready)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`${main} does not start: ${output}`)));
  });
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    process.off('exit', kill);
    child.kill(signal);
    await exit;
    expectNoSecretWritten(url, output, 'the log of the application');
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
