/** The defaults with what was given over them; a key given as `undefined` was not given. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T> = {}): T {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.assign(defaults, Object.fromEntries(said));
}
