import hbs from 'hbs';
import { fill, type Fillings, type MessageKey, type OwnKey, type Texts } from '../messages/message.js';

const { escapeExpression, SafeString } = hbs.handlebars;

/** The helper by which templates show texts. */
const NAME = 't';

type Helpers = typeof hbs.handlebars.helpers;

/** What Handlebars hands to a helper last; `fn` where the helper opens a block. */
interface Given {
  hash: Fillings;
  fn?: (context: unknown) => string;
}

/**
 * `{{t 'login.title'}}`, `{{t 'field.min_length' min=8}}`: a text in the language of `texts`. As a block, its content
 * stands where the text has braces without a value.
 */
export function translator(texts: Texts): Helpers {
  return {
    [NAME](this: unknown, key: MessageKey | OwnKey, { hash, fn }: Given) {
      // Inline, Handlebars escapes what is returned.
      if (fn === undefined) return texts.say(key, hash);
      const escaped = Object.entries(hash).map(([name, value]) => [name, escapeExpression(String(value))]);
      const text = escapeExpression(texts.say(key));
      return new SafeString(fill(text, Object.fromEntries(escaped), () => fn(this)));
    },
  };
}

/**
 * The keys of the texts that a parsed template shows. Each stands there in quotes, so that nothing given to the
 * template can choose a text.
 *
 * @param name of the template, for the error
 * @throws Error for a key that does not
 */
export function keysIn(template: object, name: string): string[] {
  return [...nodesIn(template)].filter(isCall).map(({ params: [key], loc }) => {
    if (key?.type === 'StringLiteral' && key.value !== undefined) return key.value;
    throw new Error(`${name}, line ${loc.start.line}: {{${NAME} '…'}} needs the key of a text, in quotes.`);
  });
}

/** A mustache, a block or a subexpression that calls the helper. */
interface Call {
  path: { original: string };
  params: { type: string; value?: string }[];
  loc: { start: { line: number } };
}

function isCall(node: object): node is Call {
  return (
    'params' in node &&
    'path' in node &&
    typeof node.path === 'object' &&
    node.path !== null &&
    'original' in node.path &&
    node.path.original === NAME
  );
}

/** Whether a parsed layout shows what it is around. */
export function holdsBlock(layout: object): boolean {
  return [...nodesIn(layout)].some((node) => 'original' in node && node.original === '@partial-block');
}

// Handlebars has a visitor, but hbs does not hand it on.
function* nodesIn(part: unknown): Generator<object> {
  if (typeof part !== 'object' || part === null) return;
  yield part;
  for (const inner of Object.values(part)) yield* nodesIn(inner);
}
