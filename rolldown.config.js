// Bundles what `nest build` has compiled: few files load several times faster than many.
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

// The helpers of TypeScript become part of the code.
const isPackage = (id) => !/^[./]/.test(id) && id !== 'tslib';

// Node loads these from CommonJS, but Jest does not: they are ESM alone.
const onlyEsm = ['@nestjs/passport', '@nestjs/typeorm', 'p-limit', 'uuid', 'yocto-queue'];

/** Puts the texts of `views/` where they would be read, so that a host may bundle the module with its own code. */
const views = {
  name: 'views',
  load: {
    filter: { id: /build\/page\/views\.js$/ },
    handler: () => {
      const texts = readdirSync('views').map((file) => [file, readFileSync(`views/${file}`, 'utf8')]);
      return [
        `const texts = new Map(${JSON.stringify(texts)});`,
        'export const readView = (file) => texts.get(file);',
        'export const templateNames = () => [...texts.keys()].flatMap((file) => /^(.+)\\.hbs$/.exec(file)?.[1] ?? []);',
      ].join('\n');
    },
  },
};

/** What is data, and the same in both formats: both load one file of it, which is in the folder `chunks`. */
const DATA = /build\/(?:messages\/translations|page\/views)\.js$/;
const data = {
  name: 'data',
  resolveId: {
    filter: { id: /\/(?:translations|views)\.js$/ },
    async handler(source, importer) {
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found && DATA.test(found.id) ? { id: './data.cjs', external: 'absolute' } : found;
    },
  },
};

/** The entry of that file. */
const allData = {
  name: 'all-data',
  resolveId: { filter: { id: /^data$/ }, handler: (id) => id },
  load: {
    filter: { id: /^data$/ },
    handler: () =>
      ['messages/translations', 'page/views'].map((path) => `export * from './build/${path}.js';`).join('\n'),
  },
};

/** Takes what is used of class-validator from its files, because its index loads the telephone numbers of all countries. */
const validator = {
  name: 'validator',
  load: {
    filter: { id: /build\/input\/validator\.js$/ },
    handler: () =>
      Object.entries({
        'decorator/common/IsIn': 'IsIn',
        'decorator/common/IsOptional': 'IsOptional',
        'decorator/common/ValidateIf': 'ValidateIf',
        'decorator/number/Max': 'Max',
        'decorator/number/Min': 'Min',
        'decorator/string/IsEmail': 'isEmail',
        'decorator/string/MaxLength': 'MaxLength',
        'decorator/typechecker/IsBoolean': 'IsBoolean',
        'decorator/typechecker/IsInt': 'IsInt',
        'decorator/typechecker/IsString': 'IsString',
        'metadata/MetadataStorage': 'getMetadataStorage',
        'register-decorator': 'registerDecorator',
        'validation/ValidationTypes': 'ValidationTypes',
        'validation/Validator': 'Validator',
      })
        .map(([file, name]) => `export { ${name} } from 'class-validator/cjs/${file}.js';`)
        .join('\n'),
  },
};

const code = {
  platform: 'node',
  // Where a part comes from is said by its names.
  experimental: { attachDebugInfo: 'none' },
  preserveEntrySignatures: 'allow-extension',
  plugins: [data, validator],
};
/** What several chunks need, and loads nothing itself, is no file of its own. */
const exceptions = {
  name: 'auth.exceptions',
  test: /build\/(?:.+\.exceptions?|errors\/auth\.status|page\/page\.definition|messages\/(?:message|phrase|en))\.js$/,
};
/** The user and what is checked of inputs, which the command line needs without the rest. */
const user = {
  name: 'user',
  test: /tslib|build\/(?:input\/(?!.+\.exceptions)|messages\/nearest|user\/(?:user-|username|sso-user\.entity|user\.columns|account-state)|database\/instant)/,
};
const output = {
  dir: 'dist',
  minifyInternalExports: false,
  codeSplitting: { includeDependenciesRecursively: false, groups: [exceptions] },
  comments: { legal: true, annotation: true, jsdoc: false },
  // Names of functions and classes stay: Nest knows classes by them, and errors say where they come from.
  minify: { compress: false, mangle: { keepNames: true }, codegen: true },
};

export default defineConfig([
  {
    ...code,
    plugins: [allData, views],
    input: { data: 'data' },
    output: { ...output, format: 'cjs', entryFileNames: 'chunks/[name].cjs', cleanDir: true },
  },
  {
    ...code,
    input: {
      index: 'build/index.js',
      codes: 'build/errors/auth.codes.js',
      testing: 'build/auth.testing.js',
      client: 'build/auth.client.js',
      'cli/main': 'build/cli/main.js',
    },
    external: isPackage,
    output: {
      ...output,
      format: 'esm',
      chunkFileNames: 'chunks/[name].js',
      codeSplitting: { ...output.codeSplitting, groups: [exceptions, user] },
    },
  },
  {
    ...code,
    input: {
      index: 'build/index.js',
      codes: 'build/errors/auth.codes.js',
      testing: 'build/auth.testing.js',
      client: 'build/auth.client.js',
      // The command line of Nest knows CommonJS alone.
      'schematics/nest-add': 'build/schematics/nest-add.js',
    },
    external: (id) => isPackage(id) && !onlyEsm.includes(id),
    output: {
      ...output,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name].cjs',
      // Jest has no `import()` for CommonJS.
      dynamicImportInCjs: false,
    },
  },
  ...['d.ts', 'd.cts'].map((ending) => ({
    input: {
      index: 'build/index.d.ts',
      codes: 'build/errors/auth.codes.d.ts',
      testing: 'build/auth.testing.d.ts',
      client: 'build/auth.client.d.ts',
    },
    external: isPackage,
    plugins: [dts({ dtsInput: true, sourcemap: false })],
    output: {
      dir: 'dist',
      entryFileNames: `[name].${ending}`,
      chunkFileNames: `chunks/[name].${ending}`,
    },
  })),
]);
