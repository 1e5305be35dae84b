// A host that is bundled with the module into one file, as some are for containers and functions, logs people in. The file
// runs in a folder that holds nothing else but what cannot be bundled.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { linkTo, needed, withHost } from './tarball.mjs';

const native = ['bcrypt', 'better-sqlite3'];

await withHost(needed, async (host) => {
  for (const file of ['bundled.mjs', 'log-in.mjs']) cpSync(join(import.meta.dirname, file), join(host, file));
  const folder = join(host, 'bundled');
  mkdirSync(folder);
  linkTo(folder, native);
  await build({
    entryPoints: [join(host, 'bundled.mjs')],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    platform: 'node',
    // @nestjs/typeorm cannot be bundled as CommonJS.
    format: 'esm',
    // Packages in CommonJS go on to `require` what is Node's.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    external: native,
    plugins: [{ name: 'optional', setup: leaveOut }],
    logLevel: 'error',
    tsconfigRaw: {},
  });
  execFileSync(process.execPath, ['main.mjs'], { cwd: folder, stdio: 'inherit' });
  console.log('bundle: one file');
});

/** What Nest, TypeORM and this module look for and do without. */
function leaveOut(building) {
  building.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...options }) => {
    if (pluginData === leaveOut) return undefined;
    const { errors, ...found } = await building.resolve(path, { ...options, pluginData: leaveOut });
    return errors.length > 0 ? { path, external: true } : found;
  });
}
