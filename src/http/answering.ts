import type { ArgumentsHost } from '@nestjs/common';
import type { AuthRequest, AuthResponse } from './auth-request.js';

/** Does the work of an exception filter, because Nest does not wait for one. */
export function answering(
  host: ArgumentsHost,
  work: (request: AuthRequest, response: AuthResponse) => Promise<void>,
): void {
  const http = host.switchToHttp();
  orHandOn(work(http.getRequest<AuthRequest>(), http.getResponse<AuthResponse>()), http.getNext());
}

/** Hands on to Express what work fails with that nobody waits for. */
export function orHandOn(work: Promise<void>, handOn: (error: unknown) => void): void {
  work.catch((error: unknown) => handOn(error));
}
