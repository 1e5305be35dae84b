import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env.TEST_NGINX ?? '/usr/sbin/nginx';

export const hasNginx = existsSync(program);
if (process.env.CI && !hasNginx)
  throw new Error(`nginx has to be there when CI is set; there is no ${program}.`);

/** A running nginx. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /**
   * Starts it on a free port.
   *
   * @param location the `location` block, in which the application is at port 3000
   * @param application where the application is
   */
  static async start(location: string, application: string): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'sso-nginx-'));
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder};`,
    );
    const server = `server { listen 127.0.0.1:${port};\n${location.replace('http://127.0.0.1:3000', application)}}`;
    writeFileSync(
      file,
      `pid ${folder}/pid; events {}\nhttp { access_log off; ${paths.join(' ')}\n${server} }`,
    );
    const child = spawn(program, ['-e', 'stderr', '-c', file, '-g', 'daemon off; master_process off;']);
    const nginx = new Nginx(`http://127.0.0.1:${port}`, child, folder);
    await nginx.untilItAnswers();
    return nginx;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async untilItAnswers(): Promise<void> {
    let said = '';
    this.child.stderr?.on('data', (chunk) => (said += String(chunk)));
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`nginx does not start: ${said}`);
      try {
        await fetch(this.url);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
