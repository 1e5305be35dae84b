/** A name in a path, as in `/:tenant/login`. */
const NAME = /:(\w+)/g;

/** A path that cannot be made where a request came in. */
export class UnknownPathError extends Error {}

/** The path that a pattern stands for. @throws UnknownPathError where a name has no value */
export function pathOf(pattern: string, params: Readonly<Record<string, unknown>> = {}): string {
  return pattern.replace(NAME, (_, name: string) => {
    const value = params[name];
    if (typeof value === 'string') return encodeURIComponent(value);
    throw new UnknownPathError(
      `The path "${pattern}" cannot be completed: the URL of the request has no ":${name}". ` +
        'Set the options that contain it, such as changePassword.loginUrl.',
    );
  });
}

/** A path at or below a pattern. */
export interface FoundPath {
  /** The values of the names in the pattern. */
  params: Record<string, string>;
  /** What lies below, for instance `/new`. */
  rest: string;
}

/** Compares a path with a pattern as Express does: in any case, with or without a slash at the end. */
export function matchPath(pattern: string, path: string): FoundPath | null {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(NAME, '(?<$1>[^/]+)');
  const found = new RegExp(`^${source}(?=/|$)`, 'i').exec(path);
  if (!found) return null;
  const named = Object.entries(found.groups ?? {});
  return {
    params: Object.fromEntries(named.map(([name, value]) => [name, decodeURIComponent(value)])),
    rest: path.slice(found[0].length),
  };
}
