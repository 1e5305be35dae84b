import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** Marks a controller of this module. */
export const OwnRoute = Reflector.createDecorator<true>();

/** Whether refusals of a controller or of a handler are shown on a page, if the request is a form or asks for HTML. */
export const RefusalsOnPage = Reflector.createDecorator<boolean>();

const reflector = new Reflector();

/**
 * Whether a request is for a route or an asset of this module: `/login`, `/register`, `/styles.css` …. They have their own guards,
 * so a global guard of your own lets them through.
 */
export function isAuthRoute(context: ExecutionContext): boolean {
  return reflector.get(OwnRoute, context.getClass()) ?? false;
}
