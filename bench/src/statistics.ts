/** What several rounds measured. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(sample: readonly number[]): Spread {
  const sorted = sample.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined || !sorted.every(Number.isFinite)) {
    throw new Error(`Nothing was measured: ${sample.join(', ')}.`);
  }
  return { median: middle.reduce((sum, one) => sum + one, 0) / middle.length, min, max };
}

/** The median with the least and the most: `0.85 (0.83–0.87)`. */
export function written({ median, min, max }: Spread, digits = 2): string {
  const [middle, least, most] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${least}${min < 0 ? ' to ' : '–'}${most})`;
}

/** The list turned so that each round begins with another one. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const from = by % Math.max(list.length, 1);
  return [...list.slice(from), ...list.slice(0, from)];
}
