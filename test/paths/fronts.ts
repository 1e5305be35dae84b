import { once } from 'node:events';
import { Agent, createServer, request, type OutgoingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { TestApplication } from '../support/application.js';

/** What stands before an application, and how to be rid of it. */
export interface Front {
  url: string;
  close(): Promise<void>;
}

const agent = new Agent({ keepAlive: false });

/** Another Express application that mounts this one. */
export function mountedAt(path: string, { app }: TestApplication): Promise<Front> {
  const outer = new ExpressAdapter().getInstance<
    RequestListener & { use(path: string, app: unknown): void }
  >();
  outer.use(path, app.getHttpAdapter().getInstance());
  return listening(outer);
}

/** A proxy that strips a prefix before it passes requests on, and says so. */
export function strippedBy(
  prefix: string,
  { url }: TestApplication,
  headers: OutgoingHttpHeaders = { 'x-forwarded-prefix': prefix },
): Promise<Front> {
  return listening((incoming, outgoing) => {
    const target = `${url}${incoming.url?.slice(prefix.length)}`;
    const options = { method: incoming.method, headers: { ...incoming.headers, ...headers }, agent };
    const forwarded = request(target, options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
}

async function listening(listener: RequestListener): Promise<Front> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
