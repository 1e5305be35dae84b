import { All, applyDecorators, Controller, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import { OriginGuard } from '../protect/csrf.guard.js';
import { RequestGuard } from '../protect/request.guard.js';
import type { PageName } from './page-data.js';
import { AnswerFilter } from './page.filter.js';

/** A controller of ours: its requests are checked and its refusals answered alike. */
export const Face = (path: string, page: PageName | null = null): ClassDecorator =>
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    UseGuards(RequestGuard, OriginGuard),
    UseFilters(AnswerFilter(page)),
  );

/** The handler of every other method; it must stand last in its class. */
export const OtherMethods = (path: string | string[] = ''): MethodDecorator => All(path);
