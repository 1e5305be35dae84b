// What README tells a newcomer to do: its quick start, as commands and files in the order of the text. And the tests that
// docs/testing.md shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// What a comment above a block says is for the compiler.
const BLOCK =
  /(?:^ *<!-- ts\n(?:(?!-->)[^])*-->\n\s*)?^(?<indent> *)```(?<language>sh|ts)\n(?<code>[^]*?)^ *```$/gm;

/** The steps: `{ command }` for each line of a shell block, `{ file, code }` for a block that a file's name stands above. */
export function quickStart(root) {
  const [, section] = readFileSync(join(root, 'README.md'), 'utf8').split(/^## Quick start$/m);
  const [text] = section.split(/^## /m);
  return blocksOf(text).flatMap(({ language, file, code }) => {
    if (language === 'sh')
      return code
        .trim()
        .split('\n')
        .map((command) => ({ command }));
    if (!file) throw new Error(`No file is named above: ${code}`);
    return [{ file, code }];
  });
}

/** The files of docs/testing.md: `{ file, code }`. */
export function exampleTests(root) {
  return blocksOf(readFileSync(join(root, 'docs', 'testing.md'), 'utf8')).filter(({ file }) => file);
}

function blocksOf(text) {
  return [...text.matchAll(BLOCK)].map(({ index, groups: { indent, language, code } }) => ({
    language,
    file: /`([\w/.-]+\.ts)`[^`\n]*:\s*$/.exec(text.slice(0, index))?.[1],
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The lines of `code` that are not in the file it replaces, brackets alone included; how it names modules does not count. */
export function ownLines(code, replaced) {
  const rest = linesOf(replaced);
  return linesOf(code).filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

function linesOf(code) {
  return code
    .replaceAll(/\.js';$/gm, "';")
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
