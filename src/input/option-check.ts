import { nearest, spelling } from '../messages/nearest.js';

/** The valid values of an option. */
export interface Rule {
  /** Completes the sentence "It must be …". */
  expected: string;
  accepts(value: unknown): boolean;
  /** Whether error messages must not show a wrong value. */
  isSecret?: boolean;
}

/** Options by name. */
export interface Group {
  names: Readonly<Record<string, Rule | Group>>;
  /** Rule for a value that may be given instead of the whole group. */
  or?: Rule;
  /** Whether other names are allowed, because they are checked elsewhere. */
  isOpen?: boolean;
}

/** Declares a group; the compiler checks that it names every property of `T`. */
export function group<T>(
  names: { readonly [Name in keyof T]-?: Rule | Group },
  more: Omit<Group, 'names'> = {},
): Group {
  return { names: names as Group['names'], ...more };
}

/**
 * Checks that all given options belong to a group and have valid values; `undefined` counts as not given.
 *
 * @param root all options, searched for the right place of a misplaced one
 * @param path of the group, ending in a dot
 * @throws Error for the first wrong option; its message suggests the nearest valid name
 */
export function checkOptions(given: object, { names, isOpen = false }: Group, root: Group, path = ''): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const option = path + name;
    const node = Object.hasOwn(names, name) ? names[name] : undefined;
    if (node) checkOption(option, value, node, root);
    else if (!isOpen)
      throw new Error(`AuthModule has no option ${option}. ${hint(path, name, value, names, root)}`);
  }
}

function checkOption(option: string, value: unknown, node: Rule | Group, root: Group): void {
  if (isGroup(node) && isObject(value) && !node.or?.accepts(value))
    return checkOptions(value, node, root, `${option}.`);
  if (accepts(node, value)) return;
  const expected = isGroup(node)
    ? ['an object', ...(node.or ? [node.or.expected] : [])].join(' or ')
    : node.expected;
  const elsewhere = isGroup(node) ? places(root, lastName(option), value) : [];
  const question = elsewhere.length > 0 ? ` Did you mean ${disjunction(elsewhere)}?` : '';
  throw new Error(
    `${option} must be ${expected}, not ${shown(value, !isGroup(node) && node.isSecret)}.${question}`,
  );
}

/** Suggests where an unknown option belongs, or else lists the valid names. */
function hint(path: string, name: string, value: unknown, names: Group['names'], root: Group): string {
  const near = nearest(name, Object.keys(names));
  const meant = [...(near === undefined ? [] : [path + near]), ...places(root, name, value)];
  if (meant.length > 0) return `Did you mean ${disjunction([...new Set(meant)])}?`;
  return `There are: ${Object.keys(names)
    .map((one) => path + one)
    .join(', ')}.`;
}

/** Returns the paths of all options with this name that accept the value. */
function places({ names }: Group, name: string, value: unknown, path = ''): string[] {
  return Object.entries(names).flatMap(([one, node]) => [
    ...(spelling(one) === spelling(name) && accepts(node, value) ? [path + one] : []),
    ...(isGroup(node) ? places(node, name, value, `${path}${one}.`) : []),
  ]);
}

function accepts(node: Rule | Group, value: unknown): boolean {
  return isGroup(node) ? isObject(value) || (node.or?.accepts(value) ?? false) : node.accepts(value);
}

function isGroup(node: Rule | Group): node is Group {
  return 'names' in node;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lastName(option: string): string {
  return option.slice(option.lastIndexOf('.') + 1);
}

function shown(value: unknown, isSecret = false): string {
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `[${[...new Set(value.map((one) => typeof one))].join(', ')}]`;
  if (isObject(value)) return 'an object';
  return isSecret ? `a ${typeof value}` : typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function disjunction(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
}

// ---- rules

export const flag = ofType('boolean', 'true or false');
export const text = ofType('string', 'a string');
export const number = ofType('number', 'a number');
export const method = ofType('function', 'a function');
export const object: Rule = { expected: 'an object', accepts: isObject };

/** For a value that is checked where it is used. */
export const anything: Rule = { expected: 'anything', accepts: () => true };

export const duration: Rule = {
  expected: "a string such as '30m', or a number of seconds",
  accepts: (value) => text.accepts(value) || number.accepts(value),
};

function ofType(type: string, expected: string): Rule {
  return { expected, accepts: (value) => typeof value === type };
}

export function oneOf(...values: (string | boolean | null)[]): Rule {
  return {
    // Built only for an error message, because the lists of Intl take milliseconds to load.
    get expected() {
      return disjunction(values.map((value) => shown(value)));
    },
    accepts: (value) => values.some((one) => one === value),
  };
}

export function anyOf(one: Rule, other: Rule): Rule {
  return {
    get expected() {
      return `${one.expected} or ${other.expected}`;
    },
    accepts: (value) => one.accepts(value) || other.accepts(value),
  };
}

export function listOf(rule: Rule, expected: string): Rule {
  return { expected, accepts: (value) => Array.isArray(value) && value.every((one) => rule.accepts(one)) };
}

/** Accepts an object of any class that has these methods. */
export function withMethods(methods: readonly string[], expected: string): Rule {
  return {
    expected,
    accepts: (value) =>
      isObject(value) && methods.every((name) => typeof Reflect.get(value, name) === 'function'),
  };
}

export const aClass: Rule = { ...method, expected: 'a class' };

/** Accepts a class, or an instance of a class; its methods are not checked. */
export const instanceOrClass: Rule = {
  ...aClass,
  accepts: (value) =>
    aClass.accepts(value) ||
    (isObject(value) && ![Object.prototype, null].includes(Object.getPrototypeOf(value))),
};
