/** The value that a share of the sample does not exceed; 0.5 = the median. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

/** Milliseconds that something took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Three significant digits at the most, three decimals at the most. */
export function written(value: number): string {
  return String(Number(Number(value.toPrecision(3)).toFixed(3)));
}

/** `1000` as `10³`, `2000000` as `2,000,000`. */
export function writtenRows(rows: number): string {
  const exponent = Math.log10(rows);
  if (!Number.isInteger(exponent)) return rows.toLocaleString('en');
  return `10${Array.from(String(exponent), (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}
