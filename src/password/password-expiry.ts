const DAY = 24 * 60 * 60 * 1000;

/** The last instant that can be written with four digits for the year, as RFC 3339 §5.6 has it. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * When a password that is set `now` expires: `days` of 24 hours later, `null` = never, `undefined` = after the
 * `configured` days. The expiry is an instant: neither time zones nor daylight saving move it.
 */
export function passwordExpiresAt(
  now: Date,
  days: number | null | undefined,
  configured: number | null,
): Date | null {
  const life = days === undefined ? configured : days;
  // More days than a Date can hold would make an invalid one, which counts as expired; clients read the year.
  return life === null ? null : new Date(Math.min(now.getTime() + life * DAY, END_OF_TIME));
}

/** Whether a password that expires at `expiresAt` (`null` = never) has expired: from that very instant on. */
export function isExpired(expiresAt: Date | null, now: Date): boolean {
  // Not `now >= expiresAt`: an invalid date compares false with everything, and must count as expired.
  return expiresAt !== null && !(now < expiresAt);
}

/** Whether a password still holds but expires within `thresholdDays` of 24 hours. */
export function isAboutToExpire(expiresAt: Date | null, thresholdDays: number, now: Date): boolean {
  if (expiresAt === null || isExpired(expiresAt, now)) return false;
  return expiresAt.getTime() - now.getTime() <= thresholdDays * DAY;
}
