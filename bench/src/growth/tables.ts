import type { Section } from '../section.js';
import { MANY, ROUNDS as ENDINGS } from './ending.js';
import { written, writtenRows } from './figures.js';
import { PACE } from './flood.js';
import type { Grown } from './grown.js';
import { BATCH, BATCHES, LISTS, LOOKUPS, type Reading, ROUNDS, type Timing } from './reading.js';
import { type Phase, QUIET } from './sweeping.js';

const GIGA = 1e9;
const MEGA = 2 ** 20;

export function lookupSection(grown: Grown[]): Section {
  return {
    title: 'A lookup as the table grows',
    notes: [
      `From a token to its session and user, by \`SessionService.find\` in an application of its own for each size. ` +
        `Milliseconds; “×” is the ratio to the smallest table.`,
      '![Median and 99th percentile of one lookup, from a thousand to ten million sessions](growth.svg)',
      `Each token is a random one of the whole table. ${ROUNDS} rounds went through all sizes in turns, with ` +
        `${LOOKUPS} lookups one after the other and ${BATCHES} times ${BATCH} at once, which travel as one statement; ` +
        `a ratio is the median of the rounds’ ratios. No session was due for its sliding write.`,
      ...grown.map(memoryNote),
    ],
    columns: [
      'Database',
      'Sessions',
      'One: median',
      'One: p99',
      'One: ×',
      `${BATCH} at once: median`,
      `${BATCH} at once: p99`,
      `${BATCH} at once: ×`,
    ],
    rows: readingRows(grown, ({ one, batch }) => [one, batch]),
  };
}

function memoryNote({ name, readings }: Grown): string {
  const [largest] = readings.slice(-1);
  if (!largest) throw new Error(`Nothing was read from ${name}.`);
  const { size, memory } = largest;
  return (
    `${name}: ${writtenRows(size)} sessions and their users take ${written(memory.bytes / GIGA)} GB with their ` +
    `indexes. The database’s own cache is ${written(memory.cache / MEGA)} MB; the rest comes ${memory.beyond}.`
  );
}

export function listingSection(grown: Grown[]): Section {
  return {
    title: 'A user’s list of sessions as the table grows',
    notes: [
      `\`SessionService.list\` for a random user who has 10 sessions; ${ROUNDS} rounds of ${LISTS}. Milliseconds.`,
    ],
    columns: ['Database', 'Sessions', 'Median', 'p99', '×'],
    rows: readingRows(grown, ({ list }) => [list]),
  };
}

function readingRows(grown: Grown[], timings: (reading: Reading) => Timing[]): string[][] {
  return grown.flatMap(({ name, readings }) =>
    readings.map((reading) => [
      name,
      writtenRows(reading.size),
      ...timings(reading).flatMap(({ median, p99, ratio }) => [
        written(median),
        written(p99),
        ratio.toFixed(2),
      ]),
    ]),
  );
}

export function endingSection(grown: Grown[]): Section {
  const [first] = grown.flatMap(({ endings }) => endings);
  const statements = first?.statements.map(abridged).join(', ');
  return {
    title: 'Ending all of a user’s sessions as the table grows',
    notes: [
      `\`SsoUserService.revokeAllSessions\` for a user with ${writtenRows(MANY)} sessions more than the table has; ` +
        `the median of ${ENDINGS} rounds, and the slowest. Milliseconds.`,
      `What it sends, whatever the number of sessions: ${statements}. One of these statements names the table of ` +
        `sessions, or the benchmark fails. “Listing them” is \`SessionService.list\` of all of them before, for comparison.`,
    ],
    columns: ['Database', 'Sessions', 'Median', 'Slowest', 'Listing them'],
    rows: grown.flatMap(({ name, endings }) =>
      endings.map(({ size, median, slowest, list }) => [
        name,
        writtenRows(size),
        written(median),
        written(slowest),
        written(list),
      ]),
    ),
  };
}

/** Its first word and its table: `DELETE sso_session`. */
function abridged(statement: string): string {
  const table = /sso_\w+/.exec(statement)?.[0];
  return `\`${table ? `${statement.split(' ', 1)} ${table}` : statement}\``;
}

export function sweepingSection(grown: Grown[]): Section {
  return {
    title: 'Sweeping expired sessions while people log in',
    notes: [
      `${1000 / PACE} logins per second, each by a user who comes back with an expired session, followed by a logout. ` +
        `First without a sweep, for ${(2 * QUIET) / 1000} s before and after, then during \`SessionService.sweep\` in the same ` +
        `process, which deletes half of the sessions. Milliseconds from when a login was due, without the password hash.`,
      ...grown.map(
        ({ name, sweeping: { swept, seconds, deletes } }) =>
          `${name}: ${swept.toLocaleString('en')} sessions were swept in ${written(seconds)} s. The longest DELETE took ` +
          `${written(deletes.max)} ms, and so no lock of the sweep was held for longer.`,
      ),
      `Waits on locks: PostgreSQL was asked every few milliseconds who waits, and MariaDB counts them itself, for the ` +
        `whole server; all statements of SQLite take turns on one connection.`,
    ],
    columns: [
      'Database',
      '',
      'Logins',
      'Login: p50',
      'Login: p99',
      'Login: max',
      'Logout: p50',
      'Logout: p99',
      'Logout: max',
      'Waits on locks',
      'Longest',
    ],
    rows: grown.flatMap(({ name, sweeping }) => [
      [name, 'no sweep', ...phaseCells(sweeping.quiet)],
      [name, 'sweep', ...phaseCells(sweeping.sweeping)],
    ]),
  };
}

function phaseCells({ logins, logouts, locks }: Phase): (string | number)[] {
  return [
    logins.count,
    ...[logins, logouts].flatMap(({ p50, p99, max }) => [p50, p99, max].map(written)),
    ...(locks ? [locks.waits, locks.waits > 0 ? written(locks.longest) : ''] : ['', '']),
  ];
}
