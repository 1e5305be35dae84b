import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { OriginGuard } from './http/csrf.guard.js';
import { SessionGuard, SuperUserGuard } from './http/session.guard.js';

/** What `@nestjs/graphql` calls its options and marks methods by; it need not be there to be asked. */
const OPTIONS = 'GqlModuleOptions';
const FIELD = 'graphql:resolve_property';
const REFERENCE = 'graphql:resolve_reference';
const GUARDS = '__guards__';

const OURS = [SessionGuard, SuperUserGuard, OriginGuard];

/** What counts here of the options of a GraphQL module. */
interface GraphqlOptions {
  fieldResolverEnhancers?: readonly string[];
  /** The modules whose resolvers it takes. @default all */
  include?: readonly unknown[];
}

type NestModule = ModulesContainer extends Map<string, infer One> ? One : never;

/**
 * Stops the start where a guard of this module is put on a field that Nest would not run it on: everybody would be let
 * in. Nest runs guards on fields of types and on references only where it is told to.
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

  /** The fields and references of a resolver that have guards of ours, on themselves or on the class. */
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
