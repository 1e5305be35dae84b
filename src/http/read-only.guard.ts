import { type CanActivate, type ExecutionContext, Injectable, mixin, type Type } from '@nestjs/common';
import { ReadOnlyException } from './http.exceptions.js';
import { HttpSettings } from './http.settings.js';

/** Refuses to write while the option `<options>.readOnly` is on. @throws ReadOnlyException */
export function ReadOnlyGuard(options: string): Type<CanActivate> {
  @Injectable()
  class FormReadOnlyGuard implements CanActivate {
    constructor(readonly settings: HttpSettings) {}

    canActivate(_context: ExecutionContext): boolean {
      if (this.settings.formOptions(options).readOnly) throw new ReadOnlyException();
      return true;
    }
  }
  return mixin(FormReadOnlyGuard);
}
