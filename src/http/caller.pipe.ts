import { Injectable, type PipeTransform } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { plainAddress } from '../input/address.js';
import { waitsOn } from '../account/waiting-callers.js';
import { DeviceCookie } from './device.cookie.js';
import type { AuthRequest } from './auth-request.js';
import { ExpressRequests } from './express-requests.js';
import type { Sender } from './from-request.js';
import { Languages } from './languages.js';
import { lazyProvider } from './lazy-provider.js';
import { TokenTransport } from './token.transport.js';
import type { SsoCaller } from '../account/caller.js';
import { requestCaller } from '../account/request-caller.js';

/** Builds an `SsoCaller` from a request. */
@Injectable()
export class CallerPipe implements PipeTransform<Sender, SsoCaller> {
  private readonly transport: () => TokenTransport;
  private readonly deviceCookie: () => DeviceCookie;
  private readonly requests: () => ExpressRequests;
  private readonly languages: () => Languages;

  constructor(moduleRef: ModuleRef) {
    this.transport = lazyProvider(moduleRef, TokenTransport);
    this.deviceCookie = lazyProvider(moduleRef, DeviceCookie);
    this.requests = lazyProvider(moduleRef, ExpressRequests);
    this.languages = lazyProvider(moduleRef, Languages);
  }

  transform({ request, session, occasion = request }: Sender): SsoCaller {
    const caller = requestCaller(this.callerOf(request, session), occasion);
    // Not that of a handshake: a WebSocket may go on over another connection than it began on.
    if ('ip' in request) waitsOn(caller, request.socket);
    return caller;
  }

  private callerOf(request: AuthRequest, session: Sender['session']): SsoCaller {
    const { ip } = this.requests().of(request);
    const transport = this.transport();
    return {
      token: transport.read(request),
      transport: transport.of(request),
      session: session ?? undefined,
      currentApp: header(request, 'x-current-app'),
      // Never `X-Forwarded-For`: the host's `trust proxy` decides what `ip` is taken from.
      remoteAddress: ip === undefined ? undefined : plainAddress(ip),
      device: transport.isBearer(request) ? undefined : this.deviceCookie().read(request),
      userAgent: header(request, 'user-agent'),
      language: this.languages().askedIn(request),
      correlationId: header(request, 'x-correlation-id') ?? header(request, 'x-request-id'),
    };
  }
}

function header(request: AuthRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
