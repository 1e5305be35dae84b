import { nearest, spelling } from '../messages/nearest.js';

/** What the value of an option has to be. */
export interface Rule {
  /** Ends the sentence "It must be …". */
  expected: string;
  accepts(value: unknown): boolean;
  /** Whether a wrong value is not shown. */
  isSecret?: boolean;
}

/** Options by their names. */
export interface Group {
  names: Readonly<Record<string, Rule | Group>>;
  /** What may be given instead of all of them. */
  or?: Rule;
  /** Whether there may be others, which are checked elsewhere. */
  isOpen?: boolean;
}

/** A group of which no name is forgotten. */
export function group<T>(
  names: { readonly [Name in keyof T]-?: Rule | Group },
  more: Omit<Group, 'names'> = {},
): Group {
  return { names: names as Group['names'], ...more };
}

/**
 * Checks that there are no options but those of a group, and that each is of its kind; `undefined` is not given.
 *
 * @param root where a misplaced one is looked for
 * @param path of the group, with a dot at its end
 * @throws Error for the first one that is wrong, with the nearest right name
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
  const question = elsewhere.length > 0 ? ` Did you mean ${oneOf(elsewhere)}?` : '';
  throw new Error(
    `${option} must be ${expected}, not ${shown(value, !isGroup(node) && node.isSecret)}.${question}`,
  );
}

/** Where a name that is not known may have been meant to stand, or else which names there are. */
function hint(path: string, name: string, value: unknown, names: Group['names'], root: Group): string {
  const near = nearest(name, Object.keys(names));
  const meant = [...(near === undefined ? [] : [path + near]), ...places(root, name, value)];
  if (meant.length > 0) return `Did you mean ${oneOf([...new Set(meant)])}?`;
  return `There are: ${Object.keys(names)
    .map((one) => path + one)
    .join(', ')}.`;
}

/** The paths of options of that name that take the value. */
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

function oneOf(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
}

// ---- rules

export const flag = ofType('boolean', 'true or false');
export const text = ofType('string', 'a string');
export const number = ofType('number', 'a number');
export const method = ofType('function', 'a function');
export const object: Rule = { expected: 'an object', accepts: isObject };

/** Checked where it is used. */
export const anything: Rule = { expected: 'anything', accepts: () => true };

export const duration: Rule = {
  expected: "a string such as '30m', or a number of seconds",
  accepts: (value) => text.accepts(value) || number.accepts(value),
};

function ofType(type: string, expected: string): Rule {
  return { expected, accepts: (value) => typeof value === type };
}

export function among(...values: (string | boolean | null)[]): Rule {
  return {
    // Only when it is said: the lists of Intl take milliseconds to load.
    get expected() {
      return oneOf(values.map((value) => shown(value)));
    },
    accepts: (value) => values.some((one) => one === value),
  };
}

export function either(one: Rule, other: Rule): Rule {
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

/** An object of whatever class with these methods. */
export function having(methods: readonly string[], expected: string): Rule {
  return {
    expected,
    accepts: (value) =>
      isObject(value) && methods.every((name) => typeof Reflect.get(value, name) === 'function'),
  };
}

export const aClass: Rule = { ...method, expected: 'a class' };

/** A class, or an instance of one: it has what its class wants. */
export const instanceOrClass: Rule = {
  ...aClass,
  accepts: (value) =>
    aClass.accepts(value) ||
    (isObject(value) && ![Object.prototype, null].includes(Object.getPrototypeOf(value))),
};
