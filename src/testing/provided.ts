import type { INestApplicationContext, Type } from '@nestjs/common';

/** Nest's option for a provider of whichever module. */
export const ANYWHERE = { strict: false } as const;

/** A provider of AuthModule, wherever it is in the application. @throws Error where it is not */
export function provided<T>(app: INestApplicationContext, type: Type<T>): T {
  try {
    return app.get(type, ANYWHERE);
  } catch (cause) {
    throw new Error(
      `${type.name} is not available: signIn() and formToken() need an application with AuthModule.forRoot(). With ` +
        'AuthTestingModule, use withUser() instead.',
      { cause },
    );
  }
}
