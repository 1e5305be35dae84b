import type { ArgumentsHost } from '@nestjs/common';

/** The path of a field, as GraphQL gives it to resolvers; each field of each answer has a new one. */
interface Path {
  prev: Path | undefined;
}

/** What GraphQL gives to resolvers about the field. */
interface Info {
  path: Path;
  operation: { operation: 'query' | 'mutation' | 'subscription' };
  /** Created for each operation. */
  variableValues: object;
}

/** What a resolver was called with. */
interface FieldArguments<Context> {
  context: Context | undefined;
  info: Info;
  /** What a resolver of references (Apollo Federation) has to find; it has no other arguments. */
  reference: object | undefined;
}

/** Takes the arguments of a resolver apart. */
export function argumentsOfField<Context>(host: ArgumentsHost): FieldArguments<Context> {
  const args: unknown[] = host.getArgs();
  const isReference = args.length === 3;
  const [context, info] = args.slice(isReference ? 1 : 2) as [Context | undefined, Info];
  return { context, info, reference: isReference ? (args[0] as object) : undefined };
}
