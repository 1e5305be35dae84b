import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { textOf } from './pages.js';

interface Manifest {
  dependencies: Record<string, string>;
  license?: string;
  licenses?: { type: string }[];
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest;
}

it('docs/dependencies.md gives a reason for each dependency, and its licence', () => {
  const rows = textOf('docs/dependencies.md').matchAll(
    /^\| `([^`]+)` +\| ([^|]+) \| ([^|]+) \| ([^|]+) \| \d+ kB +\|$/gm,
  );
  const said = [...rows].map(([, name = '', , , licence = '']) => [name, licence.trim()]);
  const installed = Object.keys(manifestOf('.').dependencies).map((name) => {
    const { license, licenses } = manifestOf(`node_modules/${name}`);
    return [name, license ?? licenses?.[0]?.type];
  });
  expect(said).toEqual(installed);
});
