import type { Abstract, Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

/**
 * A provider of AuthModule, looked for when it is first needed and in all modules. So a guard or filter can stand on a
 * controller where AuthModule is not: in a unit test, or in a module that does not import it.
 */
export function lazyProvider<T>(moduleRef: ModuleRef, type: Type<T> | Abstract<T>): () => T {
  let found: T | undefined;
  return () => (found ??= providerOf(moduleRef, type));
}

function providerOf<T>(moduleRef: ModuleRef, type: Type<T> | Abstract<T>): T {
  try {
    return moduleRef.get(type, { strict: false });
  } catch (cause) {
    throw new Error(
      `${type.name} is not available: the guards, filters and decorators of nestjs-session-auth need AuthModule.forRoot() in the ` +
        'root module of the application.',
      { cause },
    );
  }
}
