import { inspect } from 'node:util';
import type { SsoCaller } from './caller.js';

const OCCASION = Symbol('nestjs-session-auth:occasion');

/**
 * A caller made from a request. Neither JSON nor a log that it comes into holds its tokens.
 *
 * @param occasion what the request asks for at once
 */
export function requestCaller(facts: SsoCaller, occasion: object): SsoCaller {
  // Its own and not those of a class, so that `{ ...caller, currentApp: 'shop' }` has them too.
  const own = { [OCCASION]: occasion, toJSON: withoutTokens, [inspect.custom]: withoutTokens };
  return { ...facts, ...own };
}

/** What is asked for together with this; `undefined` for a caller that was not made from a request. */
export function occasionOf(caller: SsoCaller): object | undefined {
  return OCCASION in caller ? (caller[OCCASION] as object) : undefined;
}

function withoutTokens(this: SsoCaller): SsoCaller {
  const { session, currentApp, remoteAddress, userAgent, language, correlationId } = this;
  return { session, currentApp, remoteAddress, userAgent, language, correlationId };
}
