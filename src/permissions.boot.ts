import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { MetadataScanner, ModuleRef, ModulesContainer } from '@nestjs/core';
import { Permissions, RequiredPermissions } from './http/permissions.js';

/** Stops the start if `@Requires()` is used without a provider of `Permissions`, because each such request would get a 500. */
@Injectable()
export class PermissionsBoot implements OnModuleInit {
  private readonly scanner = new MetadataScanner();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
  ) {}

  onModuleInit(): void {
    const found = this.firstMarked();
    if (found === undefined || this.isProvided()) return;
    throw new Error(
      `${found} has @Requires(), but no module provides Permissions. Extend that class, and add ` +
        '`{ provide: Permissions, useClass: YourPermissions }` to the providers of a module. See docs/guards.md.',
    );
  }

  private isProvided(): boolean {
    try {
      return Boolean(this.moduleRef.get(Permissions, { strict: false }));
    } catch {
      // `get()` throws if no module provides it.
      return false;
    }
  }

  private firstMarked(): string | undefined {
    for (const { controllers, providers } of this.modules.values()) {
      for (const { metatype } of [...controllers.values(), ...providers.values()]) {
        if (typeof metatype === 'function' && this.isMarked(metatype as Type)) return metatype.name;
      }
    }
    return undefined;
  }

  private isMarked(metatype: Type): boolean {
    const prototype = metatype.prototype as Record<string, object> | undefined;
    const methods = prototype ? this.scanner.getAllMethodNames(prototype).map((name) => prototype[name]) : [];
    return [metatype, ...methods].some(
      (target) => target && Reflect.hasMetadata(RequiredPermissions.KEY, target),
    );
  }
}
