import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SiteOptions } from '../../src/index.js';
import { bootError } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import { attributeOf } from '../support/page.js';

const folder = mkdtempSync(join(tmpdir(), 'site-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const svg =
  '<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

/** A file of the host's. */
function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const lightPath = file('light.png', png);

/** The tag of this name in a page. */
const tagIn = (html: string, name: string) => new RegExp(`<${name}\\b[^>]*>`).exec(html)?.[0] ?? '';

/** Where the name or logo leads. */
const brandOf = (html: string) => /<a class="brand" href="([^"]*)">/.exec(html)?.[1];

describe('the name and the logo of the site', () => {
  const dark = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  const host = hosted({
    options: {
      routePrefix: 'auth',
      site: { name: 'Bread & Co', logo: { light: lightPath, dark }, url: '/shop' },
    },
  });
  const page = async (path: string) => (await host.visitor('form').page(path)).body;

  it('are at the top of every page, after its title, and lead to the site', async () => {
    for (const path of ['/auth/login', '/auth/register', '/auth/logout']) {
      const html = await page(path);
      expect(html).toMatch(/<title>[^<]+ – Bread &amp; Co<\/title>/);
      expect(brandOf(html)).toBe('/shop');
      expect(attributeOf(tagIn(html, 'img'), 'alt')).toBe('Bread & Co');
    }
  });

  it('are sent from below the prefix as what they are, and may be kept for ever', async () => {
    const html = await page('/auth/login');
    const light = String(attributeOf(tagIn(html, 'img'), 'src'));
    const source = tagIn(html, 'source');
    expect(light).toMatch(/^\/auth\/logo\?v=[0-9a-f]{16}$/);
    expect(attributeOf(source, 'media')).toBe('(prefers-color-scheme: dark)');
    for (const [path, type, content] of [
      [light, 'image/png', png],
      [String(attributeOf(source, 'srcset')), 'image/svg+xml', Buffer.from(svg)],
    ] as const) {
      const answer = await fetch(host.url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(content);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('vary')).toBeNull();
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';.* sandbox$/);
    }
  });

  it('are kept nowhere under an address that would stay when they change', async () => {
    for (const path of ['/auth/logo', '/auth/logo?v=0', '/auth/logo/dark?v=']) {
      const answer = await fetch(host.url + path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    }
  });
});

describe('a site with a name alone', () => {
  const host = hosted({ options: { site: { name: 'Bread' }, login: { redirectTo: null } } });

  it('says it as text, and leads nowhere where a login leads nowhere', async () => {
    const { body } = await host.visitor('form').page('/login');
    expect(body).toContain('<title>Log in – Bread</title>');
    expect(body).toMatch(/<p class="brand">\s*Bread\s*<\/p>/);
    expect(body).not.toContain('<img');
    const logo = await fetch(`${host.url}/logo`);
    expect([logo.status, logo.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
  });
});

describe('a site without a dark mode', () => {
  const logo = { light: lightPath, dark: file('dark.svg', svg) };
  const host = hosted({ options: { site: { name: 'Bread', logo }, darkStyles: false } });

  it('shows its light logo everywhere', async () => {
    const { body } = await host.visitor('form').page('/login');
    expect(tagIn(body, 'source')).toBe('');
    expect(brandOf(body)).toBe('/');
  });
});

describe('a site that cannot be shown', () => {
  const name = 'Bread';
  const large = Buffer.concat([png, Buffer.alloc(200_000)]);
  const faults: [string, SiteOptions, RegExp][] = [
    ['a logo without a name', { logo: lightPath }, /^site\.logo needs site\.name/],
    ['a relative path', { name, logo: 'logo.png' }, /^site\.logo must be an absolute path or a data: URL/],
    ['a file that is not there', { name, logo: join(folder, 'none.png') }, /none\.png" cannot be read/],
    ['a folder', { name, logo: folder }, /cannot be read/],
    ['a file that is no picture', { name, logo: file('page.png', '<html><svg></svg>') }, /is no picture/],
    [
      'a file that is too large',
      { name, logo: file('large.png', large) },
      /has 200\d\d\d bytes, more than 200000/,
    ],
    [
      'a data URL of another type',
      { name, logo: `data:image/jpeg;base64,${png.toString('base64')}` },
      /the data: URL is image\/png, not image\/jpeg\. Use PNG, SVG, JPEG, WebP or GIF\.$/,
    ],
    ['a data URL that is no URL', { name, logo: 'data:image/svg+xml,%' }, /cannot be read/],
    ['an empty data URL', { name, logo: 'data:' }, /is no picture/],
    [
      'a dark logo without a picture in it',
      { name, logo: { light: lightPath, dark: 'data:image/png;base64,AAAA' } },
      /^site\.logo\.dark: the data: URL is no picture/,
    ],
    [
      'an address that is a script',
      { name, url: 'javascript:alert(1)' },
      /^site\.url: "javascript:alert\(1\)"/,
    ],
    ['an address on an unsaid origin', { name, url: '//elsewhere.example' }, /^site\.url/],
    ['the same behind a tab, which browsers drop', { name, url: '/\t/elsewhere.example' }, /^site\.url/],
    ['a name that is no text', { name: 1 as never }, /^site\.name must be a string/],
  ];

  it.each(faults)('stops the start: %s', async (_, site, message) => {
    expect((await bootError({ options: { site } })).message).toMatch(message);
  });
});
