/**
 * Whether a value is an error of any realm. Jest runs each test file in its own realm, where `instanceof Error` is false for
 * Node's errors, and for those of an addon that another file loaded first.
 */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== 'object' || value === null) return false;
  return ['message', 'stack'].every((name) => typeof Reflect.get(value, name) === 'string');
}
