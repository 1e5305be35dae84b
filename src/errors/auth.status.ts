import { authErrorStatus } from './auth.codes.js';

const STATUSES: ReadonlyMap<string, number> = new Map(Object.entries(authErrorStatus));

/** Returns the HTTP status of a code; `undefined` for a code that does not belong to this module. */
export function statusOf(code: string): number | undefined {
  return STATUSES.get(code);
}
