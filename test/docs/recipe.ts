import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type Block, blocksOf, textOf } from './pages.js';

const folder = join(import.meta.dirname, 'dist');

/** The blocks of a section of docs/recipes.md. */
function blocksUnder(heading: string): Block[] {
  const [, after] = textOf('docs/recipes.md').split(`\n## ${heading}\n`);
  const [section] = after?.split('\n## ') ?? [];
  if (section === undefined) throw new Error(`docs/recipes.md has no section ${heading}.`);
  return blocksOf(section);
}

/** The text of the one block of a section that is in a language. */
export function codeUnder(heading: string, language: string): string {
  const [block, ...others] = blocksUnder(heading).filter((one) => one.language === language);
  if (!block || others.length > 0) throw new Error(`${heading} has not one block in ${language}.`);
  return block.code;
}

/** Compiles a file of docs/recipes.md, and imports it anew: what it reads from the environment may have changed. */
export async function fileOf<Exports>(heading: string, file: string): Promise<Exports> {
  const block = blocksUnder(heading).find((one) => one.file === file);
  if (!block) throw new Error(`${heading} has no ${file}.`);
  const { outputText } = ts.transpileModule(block.code, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file.replace(/^src\/(.*)\.ts$/, '$1.js'));
  writeFileSync(path, outputText);
  return import(/* @vite-ignore */ `${path}?${randomUUID()}`);
}
