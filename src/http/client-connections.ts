import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** With and without TLS. */
const COMES = ['connection', 'secureConnection'];

/**
 * Sees to it that an address is known as long as its connection is: a socket that the client has reset tells none, and
 * what is counted by address would not be counted.
 */
@Injectable()
export class ClientConnections implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    // Without HTTP, there is no server.
    const server = this.adapterHost.httpAdapter?.getHttpServer() as Server | undefined;
    // Node keeps what it has read once, so that Express finds it whenever it makes `req.ip` of it.
    for (const event of COMES) server?.on(event, (socket: Socket) => void socket.remoteAddress);
  }
}
