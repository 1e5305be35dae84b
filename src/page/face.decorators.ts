import {
  All,
  applyDecorators,
  type CanActivate,
  Controller,
  type Type,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { OriginGuard } from '../protect/csrf.guard.js';
import { RequestGuard } from '../protect/request.guard.js';
import type { PageName } from './pages.js';
import { AnswerFilter } from './page.filter.js';

/** A controller of ours: its requests are checked and its refusals answered alike, before `guards` have their say. */
export const Face = (
  path: string,
  page: PageName | null = null,
  ...guards: Type<CanActivate>[]
): ClassDecorator =>
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    UseGuards(RequestGuard, OriginGuard, ...guards),
    UseFilters(AnswerFilter(page)),
  );

/** The handler of every other method; it must stand last in its class. */
export const OtherMethods = (path: string | string[] = ''): MethodDecorator => All(path);
