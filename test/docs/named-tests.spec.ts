import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { textOf } from './pages.js';

const PAGES = ['docs/security.md', 'docs/attacks.md'];

/** A row of a table, but for its head. */
interface Row {
  name: string;
  /** What is between, which ends with the state of a requirement. */
  between: string;
  /** The last cell. */
  proof: string;
}

/** A test that a row names; without `title` the whole file, or folder. */
interface Named {
  row: string;
  file: string;
  title?: string;
}

/** `test/csrf/token.spec.ts` or, in docs/attacks.md, `csrf/token`; a folder ends with a slash. */
const FILE = /^(?:(?:src|test)\/[\w./-]+(?:\.spec\.ts|\/)|[a-z\d]+(?:-[a-z\d]+)*\/[a-z\d-]+)$/;

function rowsOf(page: string): Row[] {
  const rows = textOf(page).matchAll(/^\| +(?!-)(\S.*?) *\|(.*?)([^|]*)\|$(?!\n\| -)/gm);
  return [...rows].map(([, name = '', between = '', proof = '']) => ({ name, between, proof }));
}

/** The tests in the last cell of a row; titles follow the file that they are in. */
function namedIn({ name: row, proof }: Row): Named[] {
  const named: Named[] = [];
  let file = 'no file';
  for (const [, code, words] of proof.matchAll(/`([^`]+)`|“([^”]+)”/g)) {
    if (words !== undefined) {
      named.push({ row, file, title: words.replaceAll('’', "'").replace(/ ?…$/, '') });
    } else if (code !== undefined && FILE.test(code)) {
      file = /^(?:src|test)\//.test(code) ? code : `test/${code}.spec.ts`;
      named.push({ row, file });
    }
  }
  return named;
}

/** The titles in a file, as they are written: each test's after those of the groups around it. */
function titlesIn(source: ts.SourceFile): string[][] {
  const titles: string[][] = [];
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const title = titleOf(node, source);
    const path = title === undefined ? around : [...around, title];
    if (title !== undefined) titles.push([...path]);
    ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(source, []);
  return titles;
}

function titleOf(node: ts.Node, source: ts.SourceFile): string | undefined {
  // Also `describe.each(…)(…)`, and a `describeInBrowsers` of the suite's own.
  if (!ts.isCallExpression(node) || !/^(?:it|test|describe\w*)\b/.test(node.expression.getText(source)))
    return undefined;
  const [first] = node.arguments;
  if (!first) return undefined;
  if (ts.isStringLiteralLike(first)) return first.text;
  return ts.isTemplateExpression(first) ? first.getText(source).slice(1, -1) : undefined;
}

interface TestFile {
  text: string;
  titles: readonly string[][];
}

const files = new Map<string, TestFile>();

function read(file: string): TestFile {
  const known = files.get(file);
  if (known) return known;
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, /* setParentNodes */ true);
  const found = { text, titles: titlesIn(source) };
  files.set(file, found);
  return found;
}

/** Whether words are part of the titles in a file, as they are written there or with a value of the file filled in. */
function isTitled(file: string, words: string): boolean {
  const { text, titles } = read(file);
  return titles.some((path) => path.join(' ').includes(words) || isFilledIn(path.at(-1) ?? '', words, text));
}

function isFilledIn(title: string, words: string, text: string): boolean {
  const parts = title.split(/%[sjdi]|\$\w+|\$\{[^}]*\}/).map((part) => part.replaceAll(/[^\w\s]/g, '\\$&'));
  const [, ...values] = new RegExp(`^${parts.join('(.+)')}$`).exec(words) ?? [];
  return values.length > 0 && values.every((value) => text.includes(value));
}

describe.each(PAGES)('the rows of %s', (page) => {
  const rows = rowsOf(page);
  const named = rows.flatMap(namedIn);

  it('name files that are there', () => {
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ file }) => !existsSync(file))).toEqual([]);
  });

  it('name tests that are there', () => {
    const titled = named.filter(({ file, title }) => title !== undefined && existsSync(file));
    expect(titled.length).toBeGreaterThan(50);
    expect(titled.filter(({ file, title = '' }) => !isTitled(file, title))).toEqual([]);
  });

  it('name a test each, or a row that does, but where nothing is defended', () => {
    const shown = new Set(named.map(({ row }) => row));
    const isShown = (row: Row): boolean =>
      namedIn(row).length > 0 ||
      [...row.proof.matchAll(/ASVS ([\d.]*\d)/g)].some(([, other = '']) => shown.has(other));
    const claims = rows.filter(({ between }) => !/\b(?:host|not)\s*\|$/.test(between));
    expect(claims.length).toBeGreaterThan(50);
    expect(claims.filter((row) => !isShown(row)).map(({ name }) => name)).toEqual([]);
  });
});
