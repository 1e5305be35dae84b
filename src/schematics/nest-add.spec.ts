import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { withAuthModule } from './app-module.js';
import { nestAdd } from './nest-add.js';

const GENERATED = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';

@Module({
  imports: [],
  controllers: [AppController],
})
export class AppModule {}
`;

const MANIFEST = { name: 'host', dependencies: { '@nestjs/core': '^12.0.1', rxjs: '^7.8.1' } };

interface Application {
  'package.json'?: object;
  [path: string]: string | object | undefined;
}

/** Runs the schematic on these files. */
function add(application: Application, options: { sourceRoot?: string } = {}) {
  const files = new Map(
    Object.entries({ 'package.json': MANIFEST, ...application }).flatMap(([path, content]) => {
      if (content === undefined) return [];
      return [[path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`]];
    }),
  );
  const said: string[] = [];
  const tasks: object[] = [];
  const tree = {
    exists: (path: string) => files.has(path),
    read: (path: string) => (files.has(path) ? Buffer.from(String(files.get(path))) : null),
    overwrite: (path: string, content: string) => void files.set(path, content),
  };
  const context = {
    logger: { info: (message: string) => said.push(message), warn: (message: string) => said.push(message) },
    addTask: (task: { toConfiguration(): { name: string; options: object } }) =>
      tasks.push(task.toConfiguration()),
  };
  nestAdd(options)(tree, context);
  const manifest = JSON.parse(String(files.get('package.json')));
  return { source: files.get('src/app.module.ts'), manifest, said: said.join('\n'), tasks, files };
}

/** The faults of the syntax of a source file. */
function faultsIn(source: string): readonly unknown[] {
  return ts.transpileModule(source, { reportDiagnostics: true }).diagnostics ?? [];
}

describe('nest add', () => {
  it('adds the module, a data source, what they need, and says what to do next', () => {
    const { source, manifest, said, tasks } = add({ 'src/app.module.ts': GENERATED });
    expect(source).toBe(`import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule, authEntities, authMigrations } from 'nestjs-session-auth';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: 'app.sqlite',
      enableWAL: true,
      entities: [...authEntities],
      migrations: [...authMigrations],
      migrationsRun: true,
    }),
    AuthModule.forRoot({ secret: process.env.AUTH_SECRET }),
  ],
  controllers: [AppController],
})
export class AppModule {}
`);
    expect(manifest).toEqual({
      name: 'host',
      dependencies: {
        '@nestjs/core': '^12.0.1',
        '@nestjs/passport': '^12.0.0',
        '@nestjs/typeorm': '^12.0.0',
        'better-sqlite3': '12 || 13',
        'class-validator': expect.stringMatching(/^\^0\.\d+\.0$/),
        passport: '^0.7.0',
        rxjs: '^7.8.1',
        typeorm: expect.stringMatching(/^\^1\./),
      },
      overrides: { typeorm: { 'better-sqlite3': '12 || 13' } },
    });
    for (const step of ['@SignedIn()', 'create-superuser', '/login', 'AUTH_SECRET'])
      expect(said).toContain(step);
    expect(tasks).toEqual([
      { name: 'node-package', options: expect.objectContaining({ command: 'install', allowScripts: true }) },
    ]);
  });

  it('changes nothing the second time', () => {
    const first = add({ 'src/app.module.ts': GENERATED });
    const second = add({ 'src/app.module.ts': String(first.source), 'package.json': first.manifest });
    expect(second).toMatchObject({ source: first.source, manifest: first.manifest, tasks: [] });
    expect(second.said).toContain('already');
  });

  it('takes the packages of Nest 11 for Nest 11, and leaves those that are there', () => {
    const dependencies = { '@nestjs/core': '^11.0.1', typeorm: '1.1.0' };
    const { manifest } = add({
      'package.json': { dependencies, devDependencies: { 'class-validator': '0.14.4' } },
      'src/app.module.ts': GENERATED,
    });
    expect(manifest.dependencies).toMatchObject({
      ...dependencies,
      '@nestjs/passport': '^11.0.0',
      '@nestjs/typeorm': '^11.0.3',
    });
    expect(Object.keys(manifest.dependencies)).not.toContain('class-validator');
  });

  it.each([
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
  ])(
    'installs with the package manager of %s, whose overrides are written elsewhere',
    (lock, packageManager) => {
      const { tasks, manifest } = add({ 'src/app.module.ts': GENERATED, [lock]: '' });
      expect(tasks).toMatchObject([{ options: { packageManager } }]);
      expect(manifest.overrides).toBeUndefined();
    },
  );

  it('keeps overrides that are there', () => {
    const overrides = { multer: '2', typeorm: { 'better-sqlite3': '13', sha: '1' } };
    const { manifest } = add({ 'package.json': { ...MANIFEST, overrides }, 'src/app.module.ts': GENERATED });
    expect(manifest.overrides).toEqual(overrides);
  });

  it('finds the module in the source root of the project', () => {
    const { files } = add({ 'apps/shop/src/app.module.ts': GENERATED }, { sourceRoot: 'apps/shop/src' });
    expect(files.get('apps/shop/src/app.module.ts')).toContain('AuthModule.forRoot');
  });

  it.each([
    ['it does not exist', undefined],
    ['it has no class with @Module({ … })', 'export class AppModule {}\n'],
    ['it has no class with @Module({ … })', GENERATED.replace('@Module({', '@Module(options); void ({')],
    ['its `imports` are not a list that is written there', GENERATED.replace('[]', 'modules')],
    ['its `imports` are not a list that is written there', GENERATED.replace('imports: []', 'imports')],
  ])('says what to do by hand where the module cannot be edited, because %s', (because, source) => {
    const { said, source: after, manifest } = add({ 'src/app.module.ts': source });
    expect(after).toBe(source);
    expect(said).toContain(`src/app.module.ts was not changed, because ${because}.`);
    expect(said).toContain('AuthModule.forRoot({ secret: process.env.AUTH_SECRET })');
    expect(Object.keys(manifest.dependencies)).toContain('@nestjs/typeorm');
  });
});

describe('AppModule with AuthModule in it', () => {
  const edited = (imports: string, mayAddDatabase = false) => {
    const source = `import { Module } from "@nestjs/common"\n\n@Module({${imports}})\nexport class AppModule {}\n`;
    const outcome = withAuthModule(source, ts, mayAddDatabase);
    if (outcome.status !== 'edited') throw new Error(`It is ${outcome.status}.`);
    expect(faultsIn(outcome.source)).toEqual([]);
    return outcome;
  };

  it.each([
    ['entities: [Cat]', 'entities: [...authEntities, Cat] }', 'joined'],
    ['entities: []', 'entities: [...authEntities] }', 'joined'],
    ["entities: ['dist/**/*.entity.js']", "[...authEntities, 'dist/**/*.entity.js']", 'joined'],
    [
      'autoLoadEntities: true',
      '{ entities: [...authEntities], migrations: [...authMigrations], migrationsRun: true, ',
      'joined',
    ],
    ['entities: [Cat], migrations: [One]', 'migrations: [...authMigrations, One]', 'joined'],
    ['synchronize: true', '{ entities: [...authEntities], synchronize: true }', 'joined'],
    [
      'synchronize: false',
      'migrations: [...authMigrations], migrationsRun: true, synchronize: false',
      'joined',
    ],
    ['...options', '{ ...options }', 'left'],
    ['entities: all', '{ entities: all }', 'left'],
    ['entities: [Cat], migrations', '{ entities: [Cat], migrations }', 'left'],
  ])('has its tables in a data source with %s', (options, expected, tables) => {
    const outcome = edited(` imports: [CatsModule, TypeOrmModule.forRoot({ ${options} })] `, true);
    expect(outcome).toMatchObject({ tables, source: expect.stringContaining(expected) });
    expect(outcome.source.match(/TypeOrmModule\.forRoot/g)).toHaveLength(1);
    expect(outcome.source).not.toContain('import { TypeOrmModule }');
  });

  it.each([
    'TypeOrmModule.forRoot(options)',
    'TypeOrmModule.forRootAsync({ useClass: Database })',
    'TypeOrmModule.forRoot()',
  ])('leaves %s as it is', (call) => {
    const { source, tables } = edited(` imports: [${call}] `);
    expect(tables).toBe('left');
    expect(source).toContain(`  ${call},\n  AuthModule.forRoot({ secret: process.env.AUTH_SECRET }),\n]`);
  });

  it('has no second data source where the first one may be elsewhere', () => {
    const { source, tables } = edited(' imports: [DatabaseModule] ');
    expect(tables).toBe('left');
    expect(source).not.toContain('better-sqlite3');
  });

  it('is written once where a list ends with a comma', () => {
    const { source } = edited(' imports: [CatsModule,] ');
    expect(source.replaceAll(/\s+/g, ' ')).toContain(
      'imports: [ CatsModule, AuthModule.forRoot({ secret: process.env.AUTH_SECRET }), ] ',
    );
  });

  it.each(['', ' ', ' controllers: [] ', '\n  controllers: [],\n'])(
    'gets a list of imports into {%s}',
    (options) => {
      const { source } = edited(options, true);
      expect(source).toContain('{\n  imports: [\n    TypeOrmModule.forRoot({');
      expect(source).toContain('    AuthModule.forRoot({ secret: process.env.AUTH_SECRET }),\n  ],');
    },
  );

  it('is written in the manner of the file: quotes, semicolons, and where a list goes on', () => {
    const { source } = edited('\n  imports: [\n    CatsModule, // cats\n    DogsModule,\n  ],\n', true);
    expect(source).toContain('import { TypeOrmModule } from "@nestjs/typeorm"\nimport {');
    expect(source).toContain('    CatsModule, // cats\n    DogsModule,\n    TypeOrmModule');
    expect(source).toContain('AuthModule.forRoot({ secret: process.env.AUTH_SECRET }),\n  ],\n})');
  });

  it('is the one of that name, where a file has several', () => {
    const source = `@Module({ imports: [A] })\nclass Other {}\n${GENERATED}`;
    const outcome = withAuthModule(source, ts, true);
    expect(outcome).toMatchObject({
      source: expect.stringContaining('@Module({ imports: [A] })\nclass Other'),
    });
  });

  it('stays as it is where AuthModule is in it by any method', () => {
    const source = GENERATED.replace('[]', '[AuthModule.forRootAsync({ useClass: Options })]');
    expect(withAuthModule(source, ts, true)).toEqual({ status: 'there' });
  });
});
