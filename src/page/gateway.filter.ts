import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { AuthException } from '../auth.exceptions.js';

/** A client of `socket.io`, or of `ws`: of the two only the latter has a numeric `readyState`. */
interface Client {
  readyState?: number;
  send(text: string): void;
  emit(event: string, data: unknown): void;
}

/**
 * For gateways: tells the client of a refusal as Nest does of a `WsException`, by the event `exception`, with the body
 * that JSON would have. Without it Nest answers “Internal server error” and logs the refusal.
 */
@Injectable()
@Catch(AuthException)
export class AuthGatewayFilter implements ExceptionFilter<AuthException> {
  catch(exception: AuthException, host: ArgumentsHost): void {
    tellClient(exception, host);
  }
}

/** Sends the event `exception` to the client whose message was refused. */
export function tellClient(exception: AuthException, host: ArgumentsHost): void {
  const client = host.switchToWs().getClient<Client>();
  const data = exception.getResponse();
  if (typeof client.readyState === 'number') client.send(JSON.stringify({ event: 'exception', data }));
  else client.emit('exception', data);
}
