import { type CanActivate, type ExecutionContext, Injectable, mixin, type Type } from '@nestjs/common';
import { ReadOnlyException } from '../errors/auth.exceptions.js';
import { HttpSettings } from './http.settings.js';

/** Refuses to write while the option `<face>.readOnly` is on. @throws ReadOnlyException */
export function ReadOnlyGuard(face: 'changePassword' | 'register'): Type<CanActivate> {
  @Injectable()
  class FaceReadOnlyGuard implements CanActivate {
    constructor(readonly settings: HttpSettings) {}

    canActivate(_context: ExecutionContext): boolean {
      if (this.settings.options[face]?.readOnly) throw new ReadOnlyException();
      return true;
    }
  }
  return mixin(FaceReadOnlyGuard);
}
