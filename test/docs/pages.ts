import { readdirSync, readFileSync } from 'node:fs';

/** A block of code in a page. */
export interface Block {
  language: string;
  /** Of the first line of the code, from 1. */
  line: number;
  code: string;
  /** What a comment `<!-- ts … -->` just before the block says to the compiler and not to the reader. */
  hidden: string;
  /** The file that the block is all of, named by the line above: "`src/app.module.ts`:". */
  file: string | undefined;
}

/** README.md and docs/*.md. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

export function textOf(page: string): string {
  return readFileSync(page, 'utf8');
}

/** The blocks of a page, in order. */
export function blocksOf(text: string): Block[] {
  const fences =
    /(?:^ *<!-- ts\n(?<hidden>(?:(?!-->)[^])*)-->\n\s*)?^(?<indent> *)```(?<language>\w*)\n(?<code>[^]*?)^ *```$/gm;
  return [...text.matchAll(fences)].map((match) => {
    const { hidden = '', indent = '', language = '', code = '' } = match.groups ?? {};
    const before = text.slice(0, match.index);
    const above = text.slice(0, match.index + match[0].length - code.length).split('\n');
    return {
      language,
      line: above.length - 1,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      hidden,
      file: /`([\w/.-]+\.ts)`[^`\n]*:\s*$/.exec(before)?.[1],
    };
  });
}
