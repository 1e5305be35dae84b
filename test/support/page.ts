import type { FieldError } from './body.js';

/** The value of the input of this name; undefined where the page has none. */
export function inputIn(html: string, name: string): string | undefined {
  for (const [tag] of html.matchAll(/<input\b[^>]*>/gi)) {
    if (attributeOf(tag, 'name') === name) return attributeOf(tag, 'value') ?? '';
  }
  return undefined;
}

/** Whether the page asks for something by this name. */
export function hasField(html: string, name: string): boolean {
  const tags = html.matchAll(/<(?:input|select|textarea)\b[^>]*>/gi);
  return [...tags].some(([tag]) => attributeOf(tag, 'name') === name);
}

/** The texts of everything that is announced as an alert. */
export function alertIn(html: string): string | undefined {
  const texts = [...html.matchAll(/<(\w+)\b[^>]*\brole="alert"[^>]*>([\s\S]*?)<\/\1>/gi)]
    .map(([, , content = '']) => textOf(content))
    .filter((text) => text !== '');
  return texts.length > 0 ? texts.join(' ') : undefined;
}

/** The fields whose inputs are marked as invalid. */
export function errorsIn(html: string): FieldError[] {
  return [...html.matchAll(/<(?:input|select|textarea)\b[^>]*>/gi)]
    .filter(([tag]) => attributeOf(tag, 'aria-invalid') === 'true')
    .map(([tag]) => ({ field: attributeOf(tag, 'name') ?? '', code: '', message: '' }));
}

/** Where the links of a page lead. */
export function linksIn(html: string): (string | undefined)[] {
  return [...html.matchAll(/<a\b[^>]*>/gi)].map(([tag]) => attributeOf(tag, 'href'));
}

/** A page without the one script that is ours; any other is still in it. */
export function withoutOwnScript(html: string): string {
  return html.replace(/<script src="\/page\.js" defer(?:\s+data-[a-z-]+="[^"<>]*")*><\/script>/, '');
}

/** The words a reader sees. */
export function textOf(html: string): string {
  return decoded(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

export function attributeOf(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return found === undefined ? undefined : decoded(found);
}

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return named[name] ?? entity;
  });
}

/** What a page announces without an alarm. */
export function noticeIn(html: string): string | undefined {
  const found = /<p class="notice" role="status">(.*?)<\/p>/s.exec(html)?.[1];
  return found === undefined ? undefined : textOf(found);
}
