import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Milliseconds that requests have to end; orchestrators wait 10 to 30 seconds before they kill. */
const GRACE_PERIOD = 8000;

/** On SIGTERM, answers what has arrived and keeps no connection open for more. Needs `app.enableShutdownHooks()`. */
@Injectable()
export class GracefulShutdown implements BeforeApplicationShutdown {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server: Server = this.adapterHost.httpAdapter.getHttpServer();
    // A client that keeps its connection busy is asked to let go of it.
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
    // A connection that has never sent anything is not idle to Node, and nothing else would end it for a minute.
    setTimeout(() => server.closeAllConnections(), GRACE_PERIOD).unref();
  }
}
