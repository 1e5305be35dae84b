import { Reflector } from '@nestjs/core';
import type { AuthErrorCode } from '../errors/auth.codes.js';

const transform = (value: boolean | undefined): boolean => value ?? true;

/** Lets strangers through `SessionGuard`; `@CurrentUser()` is then `null`. */
export const AllowAnonymous = Reflector.createDecorator<boolean | undefined, boolean>({ transform });

/** The metadata key of what lets those through `SessionGuard` for whom this requirement is due. */
export function allowanceKey(code: AuthErrorCode): string {
  return `nestjs-session-auth:allow:${code}`;
}

/** Lets those through `SessionGuard` who must choose a new password first. */
export const AllowPasswordChangeRequired = Reflector.createDecorator<boolean | undefined, boolean>({
  key: allowanceKey('password_change_required'),
  transform,
});

/** Lets those through `SessionGuard` who have something to do first, whatever it is. */
export const AllowAnyRequirement = Reflector.createDecorator<boolean | undefined, boolean>({ transform });
