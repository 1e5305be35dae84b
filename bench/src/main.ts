import { parseArgs } from 'node:util';
import { print, record } from './report.js';
import { type Measurement, measurements } from './sections.js';

for (const { name, run } of chosen()) {
  console.log(`\n${name}`);
  const sections = [await run()].flat();
  sections.forEach(print);
  await record(name, sections);
}

/** Those named on the command line; none named: those that do not take long, or with `--all` every one. */
function chosen(): readonly Measurement[] {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  const unknown = positionals.filter((name) => !measurements.some((one) => one.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no ${unknown.join(', ')}; there is ${measurements.map(({ name }) => name).join(', ')}.`,
    );
  }
  if (values.all) return measurements;
  if (positionals.length === 0) return measurements.filter(({ onlyWhenNamed }) => !onlyWhenNamed);
  return measurements.filter(({ name }) => positionals.includes(name));
}
