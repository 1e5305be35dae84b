import type ts from 'typescript';
import { SourceEdit } from './source-edit.js';

/** The TypeScript compiler of the application. */
export type Compiler = typeof ts;

/** What has happened to the tables. */
export type Tables =
  /** A data source with them was added. */
  | 'added'
  /** They were added to the existing data source. */
  | 'joined'
  /** The developer has to add them. */
  | 'left';

export type Outcome =
  | { status: 'edited'; source: string; tables: Tables }
  /** The module already imports AuthModule. */
  | { status: 'there' }
  /** The source cannot be edited here. */
  | { status: 'refused'; because: string };

const PACKAGE = 'nestjs-session-auth';
const AUTH_MODULE = 'AuthModule.forRoot({ secret: process.env.AUTH_SECRET })';
const DATA_SOURCE = [
  'TypeOrmModule.forRoot({',
  "  type: 'better-sqlite3',",
  "  database: 'app.sqlite',",
  '  enableWAL: true,',
  '  entities: [...authEntities],',
  '  migrations: [...authMigrations],',
  '  migrationsRun: true,',
  '})',
];

/**
 * Adds AuthModule to the source of a module, and its tables to the data source.
 *
 * @param mayAddDatabase whether to add a data source if none is found
 */
export function withAuthModule(source: string, compiler: Compiler, mayAddDatabase: boolean): Outcome {
  return new AppModuleEdit(source, compiler).run(mayAddDatabase);
}

class AppModuleEdit {
  private readonly file: ts.SourceFile;
  private readonly edit: SourceEdit;

  constructor(
    private readonly source: string,
    private readonly ts: Compiler,
  ) {
    this.file = ts.createSourceFile('app.module.ts', source, ts.ScriptTarget.Latest, true);
    this.edit = new SourceEdit(source);
  }

  run(mayAddDatabase: boolean): Outcome {
    const options = this.moduleOptions();
    if (!options) return refused('it has no class with @Module({ … })');
    const property = this.property(options, 'imports');
    const imports = this.list(property);
    if (property && !imports) return refused('its `imports` are not a list that is written there');
    const elements = imports ? [...imports.elements] : [];
    if (elements.some((element) => /^AuthModule\b/.test(element.getText()))) return { status: 'there' };

    const dataSource = elements.find((element) => /^TypeOrmModule\s*\.\s*forRoot/.test(element.getText()));
    const tables = dataSource ? this.join(dataSource) : mayAddDatabase ? 'added' : 'left';
    const added = tables === 'added' ? [DATA_SOURCE, [AUTH_MODULE]] : [[AUTH_MODULE]];
    if (imports) this.append(imports, added);
    else this.prepend(options, added);
    this.import(tables);
    return { status: 'edited', source: String(this.edit), tables };
  }

  /** Returns the object of the only `@Module()`, or of that of AppModule. */
  private moduleOptions(): ts.ObjectLiteralExpression | undefined {
    const { ts } = this;
    const found = this.file.statements.filter(ts.isClassDeclaration).flatMap((statement) => {
      const calls = (ts.getDecorators(statement) ?? []).map(({ expression }) => expression);
      return calls.flatMap((call) => {
        if (!ts.isCallExpression(call) || call.expression.getText() !== 'Module') return [];
        const [options] = call.arguments;
        return options && ts.isObjectLiteralExpression(options)
          ? [{ name: statement.name?.text, options }]
          : [];
      });
    });
    const own = found.find(({ name }) => name === 'AppModule') ?? (found.length === 1 ? found[0] : undefined);
    return own?.options;
  }

  private property(
    object: ts.ObjectLiteralExpression,
    name: string,
  ): ts.ObjectLiteralElementLike | undefined {
    return object.properties.find((property) => property.name?.getText().replaceAll(/['"]/g, '') === name);
  }

  /** Returns the array literal of a property, if it is one. */
  private list(property: ts.ObjectLiteralElementLike | undefined): ts.ArrayLiteralExpression | undefined {
    const { ts } = this;
    if (!property || !ts.isPropertyAssignment(property)) return undefined;
    return ts.isArrayLiteralExpression(property.initializer) ? property.initializer : undefined;
  }

  /** Adds the tables to the existing data source, if its options are an object literal. */
  private join(dataSource: ts.Expression): Tables {
    const { ts } = this;
    if (!ts.isCallExpression(dataSource) || !/\bforRoot$/.test(dataSource.expression.getText()))
      return 'left';
    const [options] = dataSource.arguments;
    if (!options || !ts.isObjectLiteralExpression(options)) return 'left';
    if (options.properties.some(ts.isSpreadAssignment)) return 'left';
    const synchronize = this.property(options, 'synchronize');
    const synchronizes = synchronize !== undefined && !/\bfalse$/.test(synchronize.getText());
    const lists = {
      entities: 'authEntities',
      // With `synchronize`, TypeORM creates the tables from the entities.
      ...(!synchronizes && { migrations: 'authMigrations' }),
    };
    const found = Object.entries(lists).map(([name, list]) => {
      const property = this.property(options, name);
      return { name, list, property, value: this.list(property) };
    });
    if (found.some(({ property, value }) => property && !value)) return 'left';

    const missing = found.flatMap(({ name, list, value }) => (value ? [] : [`${name}: [...${list}]`]));
    for (const { list, value } of found) {
      if (value) this.edit.insert(value.getStart() + 1, `...${list}${value.elements.length > 0 ? ', ' : ''}`);
    }
    const runs = this.property(options, 'migrationsRun') ?? this.property(options, 'migrations');
    if (!synchronizes && !runs) missing.push('migrationsRun: true');
    this.addProperties(options, missing);
    return 'joined';
  }

  private addProperties(object: ts.ObjectLiteralExpression, properties: readonly string[]): void {
    const [first] = object.properties;
    const at = object.getStart() + 1;
    if (properties.length === 0) return;
    if (!first) return this.edit.insert(at, ` ${properties.join(', ')} `);
    const isOnOneLine = !this.source.slice(at, first.getStart()).includes('\n');
    const separator = isOnOneLine ? ' ' : `\n${this.indentOf(first)}`;
    this.edit.insert(at, properties.map((property) => `${separator}${property},`).join(''));
  }

  /** Appends modules to the imports. */
  private append(imports: ts.ArrayLiteralExpression, added: readonly (readonly string[])[]): void {
    const outer = this.indentOf(imports);
    const inner = `${outer}  `;
    const last = imports.elements.at(-1);
    if (!last) {
      const list = added.map((lines) => `${indented(lines, inner)},\n`).join('');
      this.edit.replace(imports.getStart(), imports.getEnd(), `[\n${list}${outer}]`);
      return;
    }
    const isOnOneLine = !this.source.slice(imports.getStart(), last.getStart()).includes('\n');
    const indent = isOnOneLine ? inner : this.indentOf(last);
    if (isOnOneLine) this.edit.insert(imports.getStart() + 1, `\n${inner}`);
    this.edit.insert(last.getEnd(), added.map((lines) => `,\n${indented(lines, indent)}`).join(''));
    if (isOnOneLine)
      this.edit.insert(imports.getEnd() - 1, `${imports.elements.hasTrailingComma ? '' : ','}\n${outer}`);
  }

  private prepend(options: ts.ObjectLiteralExpression, added: readonly (readonly string[])[]): void {
    const outer = `${this.indentOf(options)}  `;
    const list = added.map((lines) => `${indented(lines, `${outer}  `)},\n`).join('');
    this.edit.insert(options.getStart() + 1, `\n${outer}imports: [\n${list}${outer}],`);
  }

  /** Adds import statements for names that are not imported yet. */
  private import(tables: Tables): void {
    const { ts } = this;
    const declarations = this.file.statements.filter(ts.isImportDeclaration);
    const last = declarations.at(-1);
    const quote = last?.moduleSpecifier.getText().startsWith('"') ? '"' : "'";
    const end = last && !last.getText().endsWith(';') ? '' : ';';
    const line = (names: string, from: string): string =>
      `import { ${names} } from ${quote}${from}${quote}${end}`;
    const edited = String(this.edit);
    const names = ['AuthModule', 'authEntities', 'authMigrations'].filter((name) => edited.includes(name));
    const lines = [
      ...(tables === 'added' ? [line('TypeOrmModule', '@nestjs/typeorm')] : []),
      line(names.join(', '), PACKAGE),
    ];
    if (last) this.edit.insert(last.getEnd(), lines.map((one) => `\n${one}`).join(''));
    else this.edit.insert(0, `${lines.join('\n')}\n`);
  }

  /** Returns the indentation of the line of a node. */
  private indentOf(node: ts.Node): string {
    const { text } = this.file;
    const start = text.lastIndexOf('\n', node.getStart()) + 1;
    return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  }
}

function refused(because: string): Outcome {
  return { status: 'refused', because };
}

function indented(lines: readonly string[], indent: string): string {
  return lines.map((line) => `${indent}${line}`).join('\n');
}
