import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writtenRows } from './figures.js';
import type { Grown } from './grown.js';

const FILE = fileURLToPath(new URL('../../../docs/growth.svg', import.meta.url));

const [WIDTH, HEIGHT] = [720, 400];
const FRAME = { left: 64, right: 600, top: 92, bottom: 336 };
const DECADES = [1e3, 1e4, 1e5, 1e6, 1e7];

// Those without the colours read the names at the ends of the lines.
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .small { font-size: 12px; fill: #57606a }
  .grid { stroke: #d0d7de }
  .line { fill: none; stroke-width: 2 }
  .p99 { stroke-width: 1.5; stroke-dasharray: 2 4; stroke-linecap: round }
  .PostgreSQL { --colour: #0969da } .MariaDB { --colour: #bc4c00 } .SQLite { --colour: #1a7f37 }
  .line { stroke: var(--colour) } .mark { fill: var(--colour) } text.name { fill: var(--colour); font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #3d444d }
    .PostgreSQL { --colour: #58a6ff } .MariaDB { --colour: #f0883e } .SQLite { --colour: #3fb950 }
  }`;

/** Draws how long one lookup takes at every size of the table. */
export async function drawLookups(grown: readonly Grown[]): Promise<void> {
  const most = Math.max(...grown.flatMap(({ readings }) => readings.map(({ one }) => one.p99)));
  const step = stepFor(most);
  const top = Math.ceil(most / step) * step;
  const x = (size: number): number => FRAME.left + ((FRAME.right - FRAME.left) * (Math.log10(size) - 3)) / 4;
  const y = (milliseconds: number): number =>
    FRAME.bottom - ((FRAME.bottom - FRAME.top) * milliseconds) / top;

  const lines = grown.flatMap(({ name, readings }) => {
    const points = (of: 'median' | 'p99'): string =>
      readings.map(({ size, one }) => `${x(size).toFixed(1)},${y(one[of]).toFixed(1)}`).join(' ');
    const marks = readings.map(
      ({ size, one }) =>
        `<circle class="mark" cx="${x(size).toFixed(1)}" cy="${y(one.median).toFixed(1)}" r="3.5"/>`,
    );
    return [
      `<g class="${name}">`,
      `<polyline class="line p99" points="${points('p99')}"/>`,
      `<polyline class="line" points="${points('median')}"/>`,
      ...marks,
      '</g>',
    ];
  });

  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title">`,
    `<title id="title">How long one lookup takes as the table of sessions grows</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="16" y="28">One lookup: from a token to its session and user</text>`,
    `<text class="small" x="16" y="50">solid: median, dotted: 99th percentile</text>`,
    `<text class="small" x="16" y="${FRAME.top - 14}">milliseconds</text>`,
    ...yAxis(y, top, step),
    ...xAxis(x),
    ...lines,
    ...names(grown, x, y),
    '</svg>',
  ];
  await writeFile(FILE, `${svg.join('\n')}\n`);
}

/** The least of 0.05, 0.1, 0.2, 0.5, 1 … that needs no more than six lines. */
function stepFor(most: number): number {
  for (let decade = 0.01; ; decade *= 10) {
    const step = [1, 2, 5].map((factor) => factor * decade).find((one) => most / one <= 6);
    if (step !== undefined) return step;
  }
}

function yAxis(y: (milliseconds: number) => number, top: number, step: number): string[] {
  return Array.from({ length: Math.round(top / step) + 1 }, (_, index) => {
    const value = Number((index * step).toPrecision(3));
    return (
      `<line class="grid" x1="${FRAME.left}" x2="${FRAME.right}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text class="small" x="${FRAME.left - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`
    );
  });
}

function xAxis(x: (size: number) => number): string[] {
  const ticks = DECADES.map(
    (size) =>
      `<line class="grid" x1="${x(size)}" x2="${x(size)}" y1="${FRAME.bottom}" y2="${FRAME.bottom + 6}"/>` +
      `<text class="small" x="${x(size)}" y="${FRAME.bottom + 22}" text-anchor="middle">${writtenRows(size)}</text>`,
  );
  const middle = (FRAME.left + FRAME.right) / 2;
  return [
    ...ticks,
    `<text x="${middle}" y="${HEIGHT - 16}" text-anchor="middle">sessions in the table, logarithmic</text>`,
  ];
}

/** Each at the end of its line, moved apart where two lines end close to each other. */
function names(
  grown: readonly Grown[],
  x: (size: number) => number,
  y: (milliseconds: number) => number,
): string[] {
  const ends = grown.flatMap(({ name, readings }) =>
    readings.slice(-1).map(({ size, one }) => ({ name, x: x(size), y: y(one.median) })),
  );
  let lowest = Infinity;
  return ends
    .toSorted((a, b) => b.y - a.y)
    .map(({ name, x: end, y: height }) => {
      lowest = Math.min(height, lowest - 16);
      return `<g class="${name}"><text class="name" x="${end + 10}" y="${lowest + 4}">${name}</text></g>`;
    });
}
