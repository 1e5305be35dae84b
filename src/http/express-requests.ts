import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { AuthRequest } from './auth-request.js';

/**
 * Reads the handshake of a WebSocket as Express reads any other request. Express never sees it, so that nothing but
 * Node's own properties is there: without this, the host's `trust proxy` would count for HTTP only.
 */
@Injectable()
export class ExpressRequests {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** The request with what Express knows of it; itself where it comes from Express, or where there is no Express. */
  of(request: AuthRequest): AuthRequest {
    const prototype = this.prototype();
    if ('app' in request || prototype === undefined || request.socket === undefined) return request;
    const { headers, socket, method, url } = request;
    // Express gives its requests this prototype. A handshake belongs to somebody else, and is left as it is.
    return Object.create(
      prototype,
      Object.getOwnPropertyDescriptors({ headers, socket, method, url, originalUrl: url }),
    ) as AuthRequest;
  }

  private prototype(): IncomingMessage | undefined {
    const express = this.adapterHost.httpAdapter?.getInstance<{ request?: IncomingMessage } | undefined>();
    return express?.request;
  }
}
