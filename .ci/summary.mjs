// Prints "<passed> passed, <failed> failed" from the summary that vitest wrote; fails when it wrote none.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
if (text === '') {
  console.log('The test suite did not run to its end: there is nothing to count.');
  process.exit(1);
}
const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
// A file that cannot even be loaded has no test to count, but it is a failure.
const unloadable = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
const failed = numFailedTests + unloadable.length;
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
