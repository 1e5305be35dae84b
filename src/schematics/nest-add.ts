import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Compiler, type Outcome, type Tables, withAuthModule } from './app-module.js';
import { ApplicationManifest } from './manifest.js';
import type { Context, Tree } from './tree.js';

const require = createRequire(import.meta.url ?? __filename);

/** Peer dependencies that npm installs without adding them to package.json. */
const PEERS = ['@nestjs/passport', '@nestjs/typeorm', 'class-validator', 'passport', 'typeorm'];

const BY_HAND = `Add to your AppModule:

  import { AuthModule, authEntities, authMigrations } from 'nestjs-session-auth';

  imports: [
    TypeOrmModule.forRoot({ …, entities: [...authEntities], migrations: [...authMigrations], migrationsRun: true }),
    AuthModule.forRoot({ secret: process.env.AUTH_SECRET }),
  ]`;

const TABLES: Readonly<Record<Tables, string>> = {
  added: 'The tables are in app.sqlite, which is made at the start.',
  joined:
    'The tables are in your data source. Run your migrations, unless migrationsRun or synchronize is set.',
  left:
    'Add the tables to the options of your data source, which could not be edited:\n' +
    '  entities: [...authEntities], migrations: [...authMigrations]\n' +
    "  import { authEntities, authMigrations } from 'nestjs-session-auth';",
};

const SUPER_USER: Readonly<Record<Tables, string>> = {
  added:
    'npx nestjs-session-auth migrate --database-url sqlite:app.sqlite\n' +
    '     npx nestjs-session-auth create-superuser admin --database-url sqlite:app.sqlite',
  joined: 'npx nestjs-session-auth create-superuser admin --data-source <file with your DataSource>',
  left: 'npx nestjs-session-auth create-superuser admin --data-source <file with your DataSource>',
};

/** Changes an application for `nest add nestjs-session-auth`, after the package has been installed. */
export function nestAdd({
  sourceRoot = 'src',
}: {
  sourceRoot?: string;
}): (tree: Tree, context: Context) => void {
  return (tree, context) => {
    const path = `${sourceRoot}/app.module.ts`;
    const manifest = new ApplicationManifest(tree.read('package.json')?.toString() ?? '{}');
    const hadDatabase = manifest.has('@nestjs/typeorm');
    const outcome = edited(tree.read(path)?.toString(), !hadDatabase);
    if (outcome.status === 'there') {
      context.logger.info(`AuthModule is in ${path} already. Nothing was changed.`);
      return;
    }
    const manager = managerOf(tree);
    manifest.addPeers(ownPeers(), PEERS);
    if (outcome.status === 'edited') {
      tree.overwrite(path, outcome.source);
      if (outcome.tables === 'added') manifest.addDriver(manager === 'npm');
      context.logger.info(nextSteps(outcome.tables));
    } else {
      context.logger.warn(`${path} was not changed, because ${outcome.because}. ${BY_HAND}`);
    }
    tree.overwrite('package.json', String(manifest));
    // The driver for SQLite downloads or compiles its binary during the installation.
    const options = { command: 'install', packageManager: manager, allowScripts: true, hideOutput: true };
    context.addTask({ toConfiguration: () => ({ name: 'node-package', options }) });
  };
}

function edited(source: string | undefined, mayAddDatabase: boolean): Outcome {
  if (source === undefined) return { status: 'refused', because: 'it does not exist' };
  const compiler = compilerOf(process.cwd());
  if (!compiler) return { status: 'refused', because: 'the package typescript is not installed' };
  return withAuthModule(source, compiler, mayAddDatabase);
}

/** Returns the TypeScript compiler of an application; `null` if there is none with the classic API. */
function compilerOf(folder: string): Compiler | null {
  try {
    const found: Partial<Compiler> = createRequire(join(folder, 'package.json'))('typescript');
    return typeof found.createSourceFile === 'function' ? (found as Compiler) : null;
  } catch {
    return null;
  }
}

function ownPeers(): Record<string, string> {
  const own: { peerDependencies: Record<string, string> } = require('nestjs-session-auth/package.json');
  return own.peerDependencies;
}

function managerOf(tree: Tree): string {
  if (tree.exists('pnpm-lock.yaml')) return 'pnpm';
  return tree.exists('yarn.lock') ? 'yarn' : 'npm';
}

function nextSteps(tables: Tables): string {
  return [
    'AuthModule is in your AppModule.',
    TABLES[tables],
    '',
    'Next:',
    "  1. Protect your routes: put @SignedIn() from 'nestjs-session-auth' above a controller or a handler.",
    '  2. Create the first super-user:',
    `     ${SUPER_USER[tables]}`,
    '  3. Start the application, and open /login.',
    '  4. In production, set AUTH_SECRET to a random text of at least 32 characters.',
    '',
  ].join('\n');
}
