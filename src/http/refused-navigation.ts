import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { AuthRequest } from './auth-request.js';
import { isNavigation } from './answer.js';

/** What Nest marks handlers and controllers by that have guards. */
const GUARDS = '__guards__';

interface Refused {
  /** Whether the guard is on the handler or its controller, and not on the whole application. */
  byOwnGuard: boolean;
}

const navigations = new WeakMap<object, Refused>();

/** A refusal, of whatever class, that a guard of this module gave to a browser on the way to a page of the host's. */
export abstract class RefusedNavigation {
  static [Symbol.hasInstance](error: unknown): boolean {
    return isObject(error) && navigations.has(error);
  }

  static isByOwnGuard(error: object): boolean {
    return navigations.get(error)?.byOwnGuard ?? false;
  }
}

/** The error itself; a {@link RefusedNavigation} where a browser is on the way to a page. */
export function refusedNavigation(error: unknown, context: ExecutionContext, guard: CanActivate): unknown {
  if (isObject(error) && context.getType() === 'http') {
    const isPage = isNavigation(context.switchToHttp().getRequest<AuthRequest>());
    if (isPage) navigations.set(error, { byOwnGuard: isBoundHere(guard, context) });
  }
  return error;
}

function isBoundHere(guard: CanActivate, context: ExecutionContext): boolean {
  const bound = [context.getHandler(), context.getClass()].flatMap(
    (target) => (Reflect.getMetadata(GUARDS, target) ?? []) as unknown[],
  );
  return bound.includes(guard) || bound.includes(guard.constructor);
}

function isObject(error: unknown): error is object {
  return typeof error === 'object' && error !== null;
}
