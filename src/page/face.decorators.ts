import {
  All,
  applyDecorators,
  type CanActivate,
  Controller,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { OriginGuard } from '../http/csrf.guard.js';
import { RequestGuard } from '../http/request.guard.js';
import { OwnRoute } from '../http/auth-route.js';
import type { PageName } from './pages.js';
import { AnswerFilter, ContentFilter, type PageContents } from './page.filter.js';
import { SendInterceptor, SentFilter } from '../http/send.interceptor.js';
import { TimeBudgetInterceptor } from '../http/time-budget.interceptor.js';

/** A controller of ours: its requests are checked and its refusals answered alike, before `guards` have their say. */
export const Face = (
  path: string,
  page: PageName | null = null,
  ...guards: Type<CanActivate>[]
): ClassDecorator =>
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    OwnRoute(true),
    UseGuards(RequestGuard, OriginGuard, ...guards),
    UseInterceptors(SendInterceptor, TimeBudgetInterceptor),
    UseFilters(AnswerFilter(page), SentFilter),
  );

/** Refusals of this handler are answered on a page, to those who post a form or ask for HTML. */
export const OnPage = (page: PageName, contents: Type<PageContents>): MethodDecorator =>
  UseFilters(ContentFilter(page, contents));

/** The handler of every other method; it must stand last in its class. */
export const OtherMethods = (path: string | string[] = ''): MethodDecorator => All(path);
