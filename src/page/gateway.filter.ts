import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AuthException } from '../errors/auth.exception.js';
import type { AuthErrorBody } from '../errors/auth.codes.js';
import type { Texts } from '../messages/message.js';
import { keepOutOfCaches } from '../http/no-store.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { findRequest } from '../http/from-request.js';
import { lazyProvider } from '../http/lazy-provider.js';
import { errorBody } from './error-body.js';
import { Languages } from '../http/languages.js';

/** A client of `socket.io`, or of `ws`: of the two only the latter has a numeric `readyState`. */
interface Client {
  readyState?: number;
  send(text: string): void;
  emit(event: string, data: unknown): void;
}

/**
 * For gateways: tells the client of a refusal as Nest does of a `WsException`, by the event `exception`, with the body
 * that JSON would have. Without it Nest answers “Internal server error” and logs the refusal. In HTTP it answers with
 * that body, in GraphQL it has the refusal speak the language of the request.
 */
@Injectable()
@Catch(AuthException)
export class AuthGatewayFilter implements ExceptionFilter<AuthException> {
  private readonly languages: () => Languages;

  constructor(moduleRef: ModuleRef) {
    this.languages = lazyProvider(moduleRef, Languages);
  }

  /** Responds to a refusal of this module, whichever way it was asked. */
  catch(exception: AuthException, host: ArgumentsHost): void {
    answerRefusal(exception, host, this.languages());
  }
}

/** Responds to a refusal in the language of the request. */
export function answerRefusal(exception: AuthException, host: ArgumentsHost, languages: Languages): void {
  const type = host.getType<'graphql' | 'http' | 'ws'>();
  if (type === 'http') {
    const http = host.switchToHttp();
    answerJson(exception, http.getResponse(), languages.of(http.getRequest<AuthRequest>()));
    return;
  }
  const texts = languages.of(findRequest(host));
  if (type === 'ws') tellClient(errorBody(exception, texts), host);
  // The error is the transport's to answer.
  else throw type === 'graphql' ? translated(exception, texts) : exception;
}

function answerJson(exception: AuthException, response: AuthResponse, texts: Texts): void {
  if (endIfBegun(response)) return;
  // A guard before ours may have refused.
  keepOutOfCaches(response);
  for (const [name, value] of Object.entries(exception.headers)) response.setHeader(name, value);
  response.setHeader('Content-Language', texts.language);
  response.status(exception.getStatus()).json(errorBody(exception, texts));
}

/** Ends an answer whose headers are sent: nothing more can be said. Returns whether they were. */
export function endIfBegun(response: AuthResponse): boolean {
  if (response.headersSent) response.end();
  return response.headersSent;
}

/** Sends the event `exception` to the client whose message was refused, and to one who waits for it the acknowledgement. */
function tellClient(data: AuthErrorBody, host: ArgumentsHost): void {
  const client = host.switchToWs().getClient<Client>();
  if (typeof client.readyState === 'number') {
    client.send(JSON.stringify({ event: 'exception', data }));
    return;
  }
  client.emit('exception', data);
  const acknowledge = host.getArgs<unknown[]>().find((one) => typeof one === 'function');
  acknowledge?.(data);
}

/** The same exception in another language. */
function translated<Refusal extends AuthException>(exception: Refusal, texts: Texts): Refusal {
  const body = errorBody(exception, texts);
  const copy = Object.create(Object.getPrototypeOf(exception) as object, {
    ...Object.getOwnPropertyDescriptors(exception),
    message: { value: body.message, writable: true, configurable: true },
    response: { value: body, writable: true, configurable: true, enumerable: true },
  }) as Refusal;
  return copy;
}
