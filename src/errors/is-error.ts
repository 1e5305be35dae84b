/**
 * Whether something is an error, of whichever realm. Jest gives each test file a realm of its own, in which Node's errors,
 * and those of an addon that another file has loaded first, are instances of no `Error` that is known there.
 */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== 'object' || value === null) return false;
  return ['message', 'stack'].every((name) => typeof Reflect.get(value, name) === 'string');
}
