import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { machine } from './machine.js';
import type { Section } from './section.js';
import { measurements } from './sections.js';

const results = fileURLToPath(new URL('../results.json', import.meta.url));
const document = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const BEGIN = '<!-- written by npm run bench -->';
const END = '<!-- /written by npm run bench -->';

interface Recorded {
  /** When and on what it was measured. */
  measured: string;
  sections: Section[];
}

type Results = Record<string, Recorded>;

/** Shows a section to the person who waits. */
export function print({ title, notes, columns, rows }: Section): void {
  console.log(`\n${title}`);
  console.table(rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
  for (const note of notes) console.log(note);
}

/** Puts a measurement into the results, and what lies in the results into the document; the others stay. */
export async function record(name: string, sections: Section[]): Promise<void> {
  const all: Results = { ...(await recorded()), [name]: { measured: machine(), sections } };
  await writeFile(results, `${JSON.stringify(all, null, 1)}\n`);
  const text = await readFile(document, 'utf8');
  const [before, after] = [text.split(BEGIN)[0], text.split(END)[1]];
  if (before === undefined || after === undefined) {
    throw new Error(`docs/performance.md needs the lines ${BEGIN} and ${END}: the tables go between them.`);
  }
  const whole = [before, BEGIN, '\n\n', markdown(all), '\n\n', END, after].join('');
  const options = await resolveConfig(document);
  await writeFile(document, await format(whole, { ...options, parser: 'markdown' }));
}

async function recorded(): Promise<Results> {
  try {
    return JSON.parse(await readFile(results, 'utf8')) as Results;
  } catch {
    return {};
  }
}

function markdown(all: Results): string {
  const shown = measurements.flatMap(({ name }) => all[name] ?? []);
  const conditions = [...new Set(shown.map(({ measured }) => measured))].map((measured) => {
    const alike = shown.filter((one) => one.measured === measured);
    const titles = alike.flatMap(({ sections }) => sections.map(({ title }) => title));
    return alike.length === shown.length ? measured : `${titles.join(', ')}: ${measured}`;
  });
  return [...conditions, ...shown.flatMap(({ sections }) => sections.map(sectionMarkdown))].join('\n\n');
}

function sectionMarkdown({ title, notes, columns, rows }: Section): string {
  const line = (cells: (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
  const [first = '', ...others] = notes;
  return [`## ${title}`, first, table, ...others].join('\n\n');
}
