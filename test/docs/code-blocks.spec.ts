import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complaintsOf, newApplication } from './compiler.js';
import { type Block, blocksOf, pages, textOf } from './pages.js';

/** What a block may name that imports nothing, neither itself nor in the hidden comment. */
const FRAGMENT_IMPORTS = `
import { fileURLToPath } from 'node:url';
import { Body, Controller, Get, Injectable, Module, Post, UseGuards } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule, authEntities, authEntitiesFor, authMigrations, SsoUserService } from 'nestjs-session-auth';
`.trim();

/** Of packages that bring no types of their own, or are not installed here. */
const DECLARATIONS = ['test/throttle/drivers.d.ts', 'test/docs/supertest.d.ts'];

/** Each page is an application of its own, made by `nest new`; a block without a file is one more file in it. */
function filesOf(page: string, blocks: readonly Block[]): Map<string, string> {
  const below = `test/docs/${page.replace(/^docs\//, '')}`;
  const own = new Map<string, string>();
  for (const block of blocks) {
    const name = block.file ?? `src/line-${block.line}.ts`;
    if (own.has(name)) throw new Error(`${page} has ${name} twice.`);
    own.set(name, moduleOf(block));
  }
  return new Map([...newApplication(), ...own].map(([name, text]) => [`${below}/${name}`, text]));
}

function moduleOf({ code, hidden }: Block): string {
  const imports = /^import /m.test(hidden + code) ? '' : FRAGMENT_IMPORTS;
  // On one line, so that what the compiler says is said of the line of the block.
  return `${`${imports}\n${hidden}`.trim().replaceAll('\n', ' ')} ${code}\nexport {};\n`;
}

const blocks = pages.map((page): [string, Block[]] => [page, blocksOf(textOf(page))]);
const typescript = blocks.map(([page, all]): [string, Block[]] => [
  page,
  all.filter((one) => one.language === 'ts'),
]);
const broken = blocksOf('`src/broken.ts`:\n\n```ts\nAuthModule.forRoot({ secret: 1 });\n```\n');

describe('code in README and docs', () => {
  it.each(blocks)('is of a language that is checked, or none to check: %s', (_, all) => {
    const languages = ['ts', 'sh', 'sql', 'json', 'jsonl', 'python', 'hbs', 'text', 'yaml', 'nginx'];
    expect(all.filter(({ language }) => !languages.includes(language))).toEqual([]);
  });

  it('compiles against the built package, as strictly as can be', { timeout: 120_000 }, () => {
    const files = new Map([
      ...DECLARATIONS.map((file) => [file, readFileSync(file, 'utf8')] as const),
      ...typescript.flatMap(([page, all]) => [...filesOf(page, all)]),
      ...filesOf('broken.md', broken),
    ]);
    expect(files.size).toBeGreaterThan(pages.length);
    expect(complaintsOf(files)).toEqual([
      {
        file: 'test/docs/broken.md/src/broken.ts',
        line: 1,
        message: expect.stringContaining("Type 'number' is not assignable"),
      },
    ]);
  });
});
