import { Injectable, type PipeTransform } from '@nestjs/common';
import { type AuthRequest, SESSION } from '../session/auth-request.js';
import { SessionCookie } from '../session/session.cookie.js';
import type { SsoCaller } from './caller.js';

/** Builds an `SsoCaller` from a request. */
@Injectable()
export class CallerPipe implements PipeTransform<AuthRequest, SsoCaller> {
  constructor(private readonly cookie: SessionCookie) {}

  transform(request: AuthRequest): SsoCaller {
    return {
      token: this.cookie.read(request),
      session: request[SESSION] ?? undefined,
      currentApp: header(request, 'x-current-app'),
      // Never `X-Forwarded-For`: the host's `trust proxy` decides what `ip` is taken from.
      remoteAddress: request.ip,
      userAgent: header(request, 'user-agent'),
      correlationId: header(request, 'x-correlation-id') ?? header(request, 'x-request-id'),
    };
  }
}

function header(request: AuthRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
