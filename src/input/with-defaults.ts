/** Returns the defaults, overwritten by the given values; `undefined` counts as not given. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T> = {}): T {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.assign(defaults, Object.fromEntries(said));
}
