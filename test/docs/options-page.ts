import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const SOURCE = 'src/auth.options.ts';
/** Types that are groups of options; all others are values. */
const GROUP = /(Options|Routes|Styles|Limit)$/;

/** Where a group is explained. */
const READ_ON = new Map([
  ['session', '[Databases](database.md) says where sessions are stored.'],
  ['login', 'Read on: [hooks](hooks-and-audit.md), [captcha](captcha.md), [templates](templates.md).'],
  ['register', 'Read on: [captcha](captcha.md), [templates](templates.md).'],
  ['changePassword', 'Read on: [super-users and must-change](super-users.md), [templates](templates.md).'],
  [
    'password',
    'Read on: [super-users and must-change](super-users.md), [rules of your own](hooks-and-audit.md#rules-for-passwords), [old hashes](database.md#passwords).',
  ],
  ['site', 'Read on: [templates](templates.md#name-and-logo).'],
  ['throttle', 'Read on: [throttling](throttling.md).'],
  ['audit', 'Read on: [hooks and audit](hooks-and-audit.md).'],
]);

const INTRODUCTION = `# Options

<!-- Made from the types by \`npm run docs:options\`: change the comments in \`src\`, not this page. -->

All options of \`AuthModule.forRoot\`. Every option has a default, so start with none and add what you need:

\`\`\`ts
AuthModule.forRoot({ secret: process.env.AUTH_SECRET, session: { expiry: '30m' }, routes: { register: true } });
\`\`\`

Call it once, in the root module. The module is global, so other modules do not need to import it.

A \`Duration\` is a string such as \`'30m'\` or \`'7d'\`, or a number of seconds. An option that is missing or \`undefined\` has its
default. An invalid option stops the application at start-up, with a message that says how to fix it. So does an option that is
unknown, misplaced or of the wrong type.

\`forRootAsync({ imports, inject, useFactory })\` takes the same options from \`useFactory\`, \`useClass\` or \`useExisting\`. Only
[the options that shape the module](#next-to-usefactory) go next to the factory, because Nest needs them before it can call it.
`;

interface Row {
  path: string;
  type: string;
  default: string;
  sentence: string;
}

/** The text of `docs/options.md`. */
export async function optionsPage(): Promise<string> {
  const program = ts.createProgram([SOURCE], {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
  });
  const reader = new OptionsReader(program.getTypeChecker());
  const source = program.getSourceFile(SOURCE);
  if (!source) throw new Error(`There is no ${SOURCE}.`);

  const general = section('General', '', reader.valuesOf(reader.named(source, 'AuthOptions'), ''));
  const groups = reader
    .groupsOf(reader.named(source, 'AuthOptions'))
    .map(({ name, sentence, type }) =>
      section(`\`${name}\``, `${sentence} ${READ_ON.get(name) ?? ''}`, reader.valuesOf(type, `${name}.`)),
    );
  const shaping = section(
    'Next to `useFactory`',
    '',
    reader.valuesOf(reader.named(source, 'AuthStaticOptions'), ''),
  );

  const page = [INTRODUCTION, general, ...groups, shaping].join('\n');
  return format(page, { ...(await resolveConfig('docs/options.md')), parser: 'markdown' });
}

class OptionsReader {
  constructor(private readonly checker: ts.TypeChecker) {}

  named(source: ts.SourceFile, name: string): ts.Type {
    const declaration = source.statements.find(
      (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
    );
    if (!declaration) throw new Error(`${SOURCE} has no interface ${name}.`);
    return this.checker.getTypeAtLocation(declaration);
  }

  /** The options directly in `type` that are groups and have a section of their own. */
  groupsOf(type: ts.Type): { name: string; sentence: string; type: ts.Type }[] {
    const isOwn = ({ declarations = [] }: ts.Symbol): boolean =>
      declarations.some(({ parent }) => type.symbol.declarations?.includes(parent as ts.Declaration));
    const all = type.getProperties();
    // Those of the features first.
    return [...all.filter((one) => !isOwn(one)), ...all.filter(isOwn)].flatMap((property) => {
      const group = this.groupOf(property);
      return group ? [{ name: property.name, sentence: this.sentenceOf(property), type: group }] : [];
    });
  }

  /** A row for each value in `type`, and those in its groups where it is a group itself. */
  valuesOf(type: ts.Type, prefix: string, defaults?: ts.Expression): Row[] {
    const isNested = prefix !== '' || type.symbol.name === 'AuthStaticOptions';
    return type.getProperties().flatMap((property) => {
      const path = `${prefix}${property.name}`;
      const group = this.groupOf(property);
      const sentence = this.sentenceOf(property);
      if (group && !isNested) return [];
      if (group) {
        const values = this.valuesOf(group, `${path}.`, initializerOf(property));
        return [{ path, type: group.symbol.name, default: '', sentence }, ...values];
      }
      return [
        { path, type: this.typeOf(property), default: this.defaultOf(property, path, defaults), sentence },
      ];
    });
  }

  /** The type behind `Partial<…>`, `false` and `undefined` where that is a group without a default as a whole. */
  private groupOf(property: ts.Symbol): ts.Type | undefined {
    const hasDefault = property.getJsDocTags().some(({ name }) => name === 'default');
    const types = this.constituentsOf(property).filter((type) => !(type.flags & ts.TypeFlags.BooleanLiteral));
    const [only, ...others] = types;
    if (!only || others.length > 0 || (hasDefault && !initializerOf(property))) return undefined;
    const group = only.aliasSymbol?.name === 'Partial' ? only.aliasTypeArguments?.[0] : only;
    return group?.symbol && GROUP.test(group.symbol.name) ? group : undefined;
  }

  private typeOf(property: ts.Symbol): string {
    const { aliasSymbol } = this.checker.getTypeOfSymbol(property);
    if (aliasSymbol && aliasSymbol.name !== 'Partial') return aliasSymbol.name;
    const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;
    const texts = this.constituentsOf(property).map((type) =>
      this.checker.typeToString(type, undefined, flags),
    );
    const isBoolean = texts.includes('true') && texts.includes('false');
    const others = texts.filter((text) => !isBoolean || !['true', 'false'].includes(text));
    const rank = (text: string): number => (['null', 'false'].includes(text) ? 1 : 0);
    const joined = [...(isBoolean ? ['boolean'] : []), ...others]
      .toSorted((a, b) => rank(a) - rank(b))
      .join(' | ');
    return joined.replace('string | number', 'Duration');
  }

  /** What the option may be, without `undefined`. */
  private constituentsOf(property: ts.Symbol): ts.Type[] {
    const type = this.checker.getTypeOfSymbol(property);
    return (type.isUnion() ? type.types : [type]).filter((one) => !(one.flags & ts.TypeFlags.Undefined));
  }

  /** The tag `@default`, which must say what the code does. */
  private defaultOf(property: ts.Symbol, path: string, defaults: ts.Expression | undefined): string {
    const tag = property.getJsDocTags(this.checker).find(({ name }) => name === 'default');
    const said = ts.displayPartsToString(tag?.text).replaceAll('\n', ' ');
    const set = (initializerOf(property) ?? entryOf(defaults, property.name))?.getText();
    if (set === undefined && said === '') throw new Error(`${path}: its comment has no @default.`);
    if (set === undefined || said === '') return said || set || '';
    if (!said.startsWith(set)) throw new Error(`${path}: @default says ${said}, but it is ${set}.`);
    return said;
  }

  private sentenceOf(property: ts.Symbol): string {
    const text = ts
      .displayPartsToString(property.getDocumentationComment(this.checker))
      .replaceAll('\n', ' ');
    if (text === '') throw new Error(`${property.name}: the option has no comment.`);
    return text;
  }
}

function initializerOf(property: ts.Symbol): ts.Expression | undefined {
  const declaration = property.valueDeclaration;
  return declaration && ts.isPropertyDeclaration(declaration) ? declaration.initializer : undefined;
}

function entryOf(object: ts.Expression | undefined, name: string): ts.Expression | undefined {
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.flatMap((entry) =>
    ts.isPropertyAssignment(entry) && entry.name.getText() === name ? [entry.initializer] : [],
  )[0];
}

function section(title: string, sentence: string, rows: readonly Row[]): string {
  const lines = rows.map(
    (row) =>
      `| \`${row.path}\` | ${code(row.type)} | ${row.default && defaultCell(row.default)} | ${escaped(row.sentence)} |`,
  );
  return [
    `## ${title}\n`,
    `${sentence}\n`,
    '| option | type | default | |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** A value in code; what follows it, and a default in words, as it is. */
function defaultCell(text: string): string {
  const value = /^('[^']*'|\[\]|\{.*\}|\d+|true|false|null)(.*)$/.exec(text);
  return value ? `${code(value[1] ?? '')}${escaped(value[2] ?? '')}` : escaped(text);
}

function code(text: string): string {
  return `\`${escaped(text)}\``;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
