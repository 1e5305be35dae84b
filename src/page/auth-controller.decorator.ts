import {
  All,
  applyDecorators,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  RequestMethod,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MethodNotAllowedException } from '../http/http.exceptions.js';
import { OriginGuard } from '../http/csrf.guard.js';
import { RequestGuard } from '../http/request.guard.js';
import { OwnRoute, RefusalsOnPage } from '../http/auth-route.js';
import type { PageDefinition } from './page.definition.js';
import { AnswerFilter } from './page.filter.js';
import { SendInterceptor, SentFilter } from '../http/send.interceptor.js';
import { TimeBudgetInterceptor } from '../http/time-budget.interceptor.js';

/**
 * A controller of this module. Its requests are checked before `guards` run, its refusals are answered alike, and a method
 * that one of its paths does not have is answered with 405.
 *
 * @param path below the prefix of the module
 * @param page what shows a refusal to a person; `null` = refusals are JSON
 */
export const AuthController = (
  path: string,
  page: PageDefinition | null = null,
  ...guards: Type<CanActivate>[]
): ClassDecorator =>
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    OwnRoute(true),
    RefusalsOnPage(page !== null),
    UseGuards(RequestGuard, OriginGuard, MethodGuard, ...guards),
    UseInterceptors(SendInterceptor, TimeBudgetInterceptor),
    UseFilters(AnswerFilter(page), SentFilter),
    refuseOtherMethods,
  );

/** Refusals of this handler are shown on a page, if the request is a form or asks for HTML. */
export const OnPage = (page: PageDefinition): MethodDecorator =>
  applyDecorators(RefusalsOnPage(true), UseFilters(AnswerFilter(page)));

/** The methods of HTTP in the order in which `Allow` names them. */
const METHODS = [
  RequestMethod.GET,
  RequestMethod.POST,
  RequestMethod.PUT,
  RequestMethod.PATCH,
  RequestMethod.DELETE,
];

/** The methods that a path has, at the handler of all others. */
const Allow = Reflector.createDecorator<string>();

/** Refuses another method before anybody is sent to the login for it. @throws MethodNotAllowedException */
@Injectable()
class MethodGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const allow = this.reflector.get(Allow, context.getHandler());
    if (allow !== undefined) throw new MethodNotAllowedException(allow);
    return true;
  }
}

/** Adds a handler for every other method to each path of a controller; it answers 405 with `Allow` (RFC 9110 §15.5.6). */
function refuseOtherMethods({ prototype }: { prototype: object }): void {
  for (const [path, methods] of methodsByPath(prototype)) {
    const allowed = METHODS.filter((method) => methods.has(method)).flatMap((method) =>
      // Express answers HEAD by the handler of GET.
      method === RequestMethod.GET ? ['GET', 'HEAD'] : RequestMethod[method],
    );
    const name = `refuseOtherMethods(${path})`;
    // Never called: the guard refuses.
    const descriptor = { value: (): void => undefined };
    Object.defineProperty(prototype, name, descriptor);
    applyDecorators(All(path), Allow(allowed.join(', ')))(prototype, name, descriptor);
  }
}

/** The methods that a controller handles, by their paths. */
function methodsByPath(prototype: object): Map<string, Set<RequestMethod>> {
  const paths = new Map<string, Set<RequestMethod>>();
  for (const { value: handler } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) continue;
    const path: string = Reflect.getMetadata(PATH_METADATA, handler);
    const methods = paths.get(path) ?? new Set();
    paths.set(path, methods.add(Reflect.getMetadata(METHOD_METADATA, handler)));
  }
  return paths;
}
