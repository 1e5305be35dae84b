import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reply } from './servers/serve.js';

/** The servers, as they are compiled. */
export const SERVERS = fileURLToPath(new URL('./servers', import.meta.url));

/** A server of `servers/` in a process of its own, asked over the channel to it, so that no question is a request. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Milliseconds from the start of the process until it listened. */
    readonly startedIn: number,
  ) {}

  /**
   * @param configuration what the server reads; plain JSON
   * @param options.folder where the servers are
   */
  static async start(
    server: string,
    configuration: object,
    {
      env = {},
      execArgv = [],
      folder = SERVERS,
    }: { env?: Record<string, string>; execArgv?: string[]; folder?: string } = {},
  ): Promise<ServerProcess> {
    const begin = performance.now();
    const script = join(folder, `${server}.js`);
    const child = fork(script, [JSON.stringify(configuration)], {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      execArgv,
    });
    const url = await replyOf<string>(child);
    return new ServerProcess(child, url, performance.now() - begin);
  }

  async ask<T>(question: string, argument?: unknown): Promise<T> {
    this.child.send({ question, argument });
    return replyOf<T>(this.child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    // The server ends when nobody is left to ask; so it also does when the benchmark breaks off.
    this.child.disconnect();
    await once(this.child, 'exit');
  }
}

function replyOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`A server has ended with exit code ${code}.`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      const reply = message as Reply<T>;
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(reply.answer);
    });
  });
}
