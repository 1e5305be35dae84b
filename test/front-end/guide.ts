import { build } from 'esbuild';
import { blocksOf, textOf } from '../docs/pages.js';

/** The code of a file that docs/front-end.md shows. */
export function codeOf(file: string): string {
  const block = blocksOf(textOf('docs/front-end.md')).find((one) => one.file === file);
  if (!block) throw new Error(`docs/front-end.md has no ${file}.`);
  return block.code;
}

/** What a file of the guide exports; it imports nothing but types. */
export async function exportsOf<Exports>(file: string): Promise<Exports> {
  const code = await bundle(codeOf(file));
  return (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`)) as Exports;
}

/** The code for a browser, in one file; `dist/` need not be built for it. */
export async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    alias: { 'nestjs-session-auth/client': './src/auth.client.ts' },
    write: false,
    tsconfigRaw: {},
  });
  return outputFiles.map(({ text }) => text).join('');
}
