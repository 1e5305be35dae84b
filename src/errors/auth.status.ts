import { authErrorStatus } from './auth.codes.js';

const STATUSES: ReadonlyMap<string, number> = new Map(Object.entries(authErrorStatus));

/** The HTTP status of a code; `undefined` for one that is not of this module. */
export function statusOf(code: string): number | undefined {
  return STATUSES.get(code);
}
