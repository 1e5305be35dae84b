import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** In bytes; every new visitor loads the logo. */
const MAX_LOGO_BYTES = 200_000;

/** Accepted media types, recognized by the first bytes. */
const IMAGES: readonly { type: string; is: (content: Buffer) => boolean }[] = [
  { type: 'image/png', is: (content) => content.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', is: (content) => content.toString('latin1', 0, 3) === '\xff\xd8\xff' },
  { type: 'image/gif', is: (content) => /^GIF8[79]a/.test(content.toString('latin1', 0, 6)) },
  { type: 'image/webp', is: (content) => /^RIFF.{4}WEBP/s.test(content.toString('latin1', 0, 12)) },
  { type: 'image/svg+xml', is: (content) => SVG.test(content.toString('utf8')) },
];

const SVG = /^\uFEFF?\s*(?:<\?xml\b[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg\b[^>[]*>\s*)?<svg\b/s;

/** A data URL (RFC 2397). */
const DATA_URL = /^data:([^;,]*)(?:;charset=[^;,]*)?(;base64)?,(.*)$/is;

/** Name and logo of your site. */
export interface SiteOptions {
  /**
   * Its name, at the top of every page and after the title.
   * @default none
   */
  name?: string | undefined;
  /**
   * Its logo: the absolute path of a PNG, SVG, JPEG, WebP or GIF file of at most 200 kB, which is read at start-up, or a
   * `data:` URL. `{ light, dark }` has another one for dark pages. It needs a `name`, for people who do not see it.
   * @default none
   */
  logo?: string | SiteLogos | undefined;
  /**
   * Where name and logo lead: a path on your own origin, or an `https:` or `http:` URL.
   * @default where "Continue" leads
   */
  url?: string | undefined;
}

/** A logo for light pages and one for dark pages. */
export interface SiteLogos {
  light: string;
  dark: string;
}

/** Content of a picture, with its media type. */
export interface Picture {
  /** Hash of the content. */
  id: string;
  /** Its media type. */
  type: string;
  content: Buffer;
}

/** The site that the pages belong to. Its logo is read once, at start-up. */
export class Site {
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly logo: Picture | undefined;
  readonly darkLogo: Picture | undefined;

  /** @throws Error with a sentence that says what to do */
  constructor({ name, logo, url }: SiteOptions = {}) {
    this.name = name?.trim() || undefined;
    this.url = url;
    if (url !== undefined && !isLink(url)) {
      throw new Error(
        `site.url: "${url}" is neither a path such as /shop nor a URL such as https://example.com.`,
      );
    }
    if (logo === undefined) return;
    if (this.name === undefined)
      throw new Error('site.logo needs site.name, which people read who do not see the logo.');
    if (typeof logo === 'string') {
      this.logo = pictureOf('site.logo', logo);
    } else {
      this.logo = pictureOf('site.logo.light', logo.light);
      this.darkLogo = pictureOf('site.logo.dark', logo.dark);
    }
  }
}

/** Whether a text is a path on this origin, or a URL that a browser opens as a page. */
function isLink(url: string): boolean {
  // Browsers drop tabs and line breaks, after which `/\t/evil.example` would be another site.
  if (/^\/(?![/\\])[^\s\p{Cc}]*$/u.test(url)) return true;
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

function pictureOf(option: string, given: string): Picture {
  const { name, content, type: said } = /^data:/i.test(given) ? inUrl(option, given) : inFile(option, given);
  if (content.length > MAX_LOGO_BYTES) {
    throw new Error(
      `${name} has ${content.length} bytes, more than ${MAX_LOGO_BYTES}. Use a smaller picture.`,
    );
  }
  const type = IMAGES.find(({ is }) => is(content))?.type;
  if (type === undefined || (said !== undefined && said !== type)) {
    const found = type === undefined ? 'is no picture that browsers show' : `is ${type}, not ${said}`;
    throw new Error(`${name} ${found}. Use PNG, SVG, JPEG, WebP or GIF.`);
  }
  return { id: createHash('sha256').update(content).digest('hex').slice(0, 16), type, content };
}

/** A picture that has not been checked; `type` is what the URL claims. */
interface Given {
  /** Name of the option in errors. */
  name: string;
  content: Buffer;
  type?: string;
}

function inUrl(option: string, url: string): Given {
  const name = `${option}: the data: URL`;
  const [, type = '', base64, data = ''] = DATA_URL.exec(url) ?? [];
  try {
    const content = base64 ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data));
    return { name, content, type: type.toLowerCase() };
  } catch (error) {
    throw new Error(`${name} cannot be read. Encode it, for instance in Base64.`, { cause: error });
  }
}

function inFile(option: string, path: string): Given {
  if (!isAbsolute(path)) {
    throw new Error(
      `${option} must be an absolute path or a data: URL, not "${path}". Use path.resolve('${path}').`,
    );
  }
  const name = `${option}: "${path}"`;
  try {
    return { name, content: readFileSync(path) };
  } catch (error) {
    throw new Error(`${name} cannot be read. Check the path, and that your build copies the file.`, {
      cause: error,
    });
  }
}
