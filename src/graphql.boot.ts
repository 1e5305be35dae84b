import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { OriginGuard } from './http/csrf.guard.js';
import { PermissionGuard } from './http/permission.guard.js';
import { SessionGuard, SuperUserGuard } from './http/session.guard.js';

/** Names that `@nestjs/graphql` gives its options and metadata. They are written here, so that the package may be absent. */
const OPTIONS = 'GqlModuleOptions';
const FIELD = 'graphql:resolve_property';
const REFERENCE = 'graphql:resolve_reference';
const GUARDS = '__guards__';

const OURS = [SessionGuard, SuperUserGuard, PermissionGuard, OriginGuard];

/** The options of a GraphQL module that are checked here. */
interface GraphqlOptions {
  fieldResolverEnhancers?: readonly string[];
  /** Modules whose resolvers are used. @default all */
  include?: readonly unknown[];
}

type NestModule = ModulesContainer extends Map<string, infer One> ? One : never;

/**
 * Stops the start if a guard of this module is on a field where Nest would not run it, which would let everybody in. Nest runs
 * guards on fields of types and on references only if `fieldResolverEnhancers` includes them.
 */
@Injectable()
export class GraphqlBoot implements OnModuleInit {
  private readonly scanner = new MetadataScanner();

  constructor(private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const modules = [...this.modules.values()];
    for (const module of modules) {
      const options = module.providers.get(OPTIONS)?.instance as GraphqlOptions | undefined;
      if (!options || options.fieldResolverEnhancers?.includes('guards')) continue;
      const { include = [] } = options;
      const taken =
        include.length === 0 ? modules : modules.filter(({ metatype }) => include.includes(metatype));
      const [field] = taken.flatMap((one) => this.unguardedFields(one));
      if (field === undefined) continue;
      throw new Error(
        `${field} has a guard of nestjs-session-auth, which Nest does not run there, so everybody would get in. ` +
          "Pass `fieldResolverEnhancers: ['guards']` to GraphQLModule.forRoot(), or put the guard on the queries and " +
          'mutations that lead there instead.',
      );
    }
  }

  private unguardedFields(module: NestModule): string[] {
    return [...module.providers.values()].flatMap(({ metatype }) =>
      isClass(metatype) ? this.fieldsOf(metatype) : [],
    );
  }

  /** Returns the fields and references of a resolver that have a guard of this module, on the method or on the class. */
  private fieldsOf(resolver: Type): string[] {
    const prototype = resolver.prototype as Record<string, object>;
    const isOnClass = hasOurGuard(resolver);
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      if (!method || ![FIELD, REFERENCE].some((mark) => Reflect.getMetadata(mark, method))) return [];
      return isOnClass || hasOurGuard(method) ? [`${resolver.name}.${name}()`] : [];
    });
  }
}

function isClass(metatype: unknown): metatype is Type {
  return (
    typeof metatype === 'function' && typeof metatype.prototype === 'object' && metatype.prototype !== null
  );
}

function hasOurGuard(target: object): boolean {
  const guards = (Reflect.getMetadata(GUARDS, target) ?? []) as unknown[];
  return guards.some((guard) => {
    const prototype: unknown = isClass(guard) ? guard.prototype : guard;
    return OURS.some((ours) => prototype instanceof ours || prototype === ours.prototype);
  });
}
