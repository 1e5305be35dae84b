const DAY = 24 * 60 * 60 * 1000;

/** Last instant whose year has four digits, as RFC 3339 §5.6 requires. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Returns when a password that is set `now` expires: after `days` of 24 hours, or never if `days` is `null`; if `days` is
 * `undefined`, the `configured` number applies. The expiry is an instant, so time zones and daylight saving do not move it.
 */
export function passwordExpiresAt(
  now: Date,
  days: number | null | undefined,
  configured: number | null,
): Date | null {
  const life = days === undefined ? configured : days;
  // More days than a Date can hold would give an invalid date, which counts as expired.
  return life === null ? null : new Date(Math.min(now.getTime() + life * DAY, END_OF_TIME));
}

/** Whether a password that expires at `expiresAt` (`null` is never) has expired. It has from that instant on. */
export function isExpired(expiresAt: Date | null, now: Date): boolean {
  // Not `now >= expiresAt`, because that is false for an invalid date, which must count as expired.
  return expiresAt !== null && !(now < expiresAt);
}

/** Whether a password has not expired yet, but will within `thresholdDays` of 24 hours. */
export function isAboutToExpire(expiresAt: Date | null, thresholdDays: number, now: Date): boolean {
  if (expiresAt === null || isExpired(expiresAt, now)) return false;
  return expiresAt.getTime() - now.getTime() <= thresholdDays * DAY;
}
