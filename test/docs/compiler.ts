import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** As strict as an application may be; the decorators are those of `nest new`. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  noEmit: true,
  types: ['node'],
};

/** What the compiler says, in the file that it says it of. */
export interface Complaint {
  file: string;
  line: number;
  message: string;
}

/**
 * Checks files that are on no disk, by name from the root of the repository. They import this package by its name, and so
 * what was built. The declarations of the package are checked as well; those of others are not.
 */
export function complaintsOf(files: ReadonlyMap<string, string>): Complaint[] {
  const virtual = new Map([...files].map(([name, text]) => [resolve(name), text]));
  const host = ts.createCompilerHost(OPTIONS);
  const { directoryExists, fileExists, readFile, getSourceFile } = host;
  const folders = new Set([...virtual.keys()].flatMap(foldersOf));
  host.directoryExists = (name) => folders.has(name) || (directoryExists?.(name) ?? false);
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name) ?? readFile(name);
  host.getSourceFile = (name, options, ...rest) => {
    const text = virtual.get(name);
    return text === undefined
      ? getSourceFile(name, options, ...rest)
      : ts.createSourceFile(name, text, options);
  };
  const program = ts.createProgram([...virtual.keys()], OPTIONS, host);
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => virtual.has(fileName) || fileName.startsWith(resolve('dist')));
  if (own.length === virtual.size) throw new Error('The package is not built: npm run build');
  return own.flatMap((source) =>
    [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => ({
        file: source.fileName.slice(resolve('.').length + 1),
        line: source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1,
        message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
      }),
    ),
  );
}

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersOf(folder)];
}

/** The files of an application made by `nest new`, by their names below `src`. */
export function newApplication(): Map<string, string> {
  return new Map(
    ['src/app.controller.ts', 'src/app.module.ts', 'src/app.service.ts'].map((name) => [
      name,
      readFileSync(`test/newcomer/nest-12/${name}`, 'utf8'),
    ]),
  );
}
