// Bundles what `nest build` has compiled: few files load several times faster than many.
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const isPackage = (id) => !/^[./]/.test(id);

// Node loads these from CommonJS, but Jest does not: they are ESM alone.
const onlyEsm = ['@nestjs/passport', '@nestjs/typeorm', 'p-limit', 'uuid', 'yocto-queue'];

/** Puts the texts of `views/` where they would be read, so that a host may bundle the module with its own code. */
const views = {
  name: 'views',
  load: {
    filter: { id: /build\/page\/views\.js$/ },
    handler: () => {
      const texts = readdirSync('views').map((file) => [file, readFileSync(`views/${file}`, 'utf8')]);
      return `const texts = new Map(${JSON.stringify(texts)});\nexport const readView = (file) => texts.get(file);`;
    },
  },
};

const code = {
  platform: 'node',
  plugins: [views],
};
const output = {
  dir: 'dist',
  minifyInternalExports: false,
  comments: { legal: true, annotation: true, jsdoc: false },
};

export default defineConfig([
  {
    ...code,
    input: { index: 'build/index.js', codes: 'build/auth.codes.js', 'cli/main': 'build/cli/main.js' },
    external: isPackage,
    output: { ...output, format: 'esm', chunkFileNames: 'chunks/[name].js', cleanDir: true },
  },
  {
    ...code,
    input: { index: 'build/index.js', codes: 'build/auth.codes.js' },
    external: (id) => isPackage(id) && !onlyEsm.includes(id),
    output: {
      ...output,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name].cjs',
      // Few read it, because Node takes the other one.
      minify: { compress: false, mangle: false, codegen: true },
    },
  },
  ...['d.ts', 'd.cts'].map((ending) => ({
    input: { index: 'build/index.d.ts', codes: 'build/auth.codes.d.ts' },
    external: isPackage,
    plugins: [dts({ dtsInput: true, sourcemap: false })],
    output: {
      dir: 'dist',
      entryFileNames: `[name].${ending}`,
      chunkFileNames: `chunks/[name].${ending}`,
    },
  })),
]);
