import { Reflector } from '@nestjs/core';

const on = { transform: (value: boolean | undefined): boolean => value ?? true };

/** Lets strangers through `SessionGuard`; `@CurrentUser()` is then `null`. */
export const AllowAnonymous = Reflector.createDecorator<boolean | undefined, boolean>(on);

/** Lets those through `SessionGuard` who must choose a new password first. */
export const AllowPasswordChangeRequired = Reflector.createDecorator<boolean | undefined, boolean>(on);
