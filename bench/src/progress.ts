/** A line for the person who waits. */
export function progress(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
