import { describe, expect, it } from 'vitest';
import { turnstile } from '../../src/index.js';
import { bootError } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import { pages } from './shield.js';

const CDN = 'https://cdn.example.com';

function policyOf(header: unknown): Record<string, string[]> {
  return Object.fromEntries(
    String(header)
      .split('; ')
      .map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources];
      }),
  );
}

describe('the content security policy with sources of the application', () => {
  const host = hosted({
    options: {
      contentSecurityPolicy: {
        images: [CDN, 'data:'],
        fonts: ['https://*.fonts.example:8443/a/b.woff2'],
        styles: [`${CDN}/brand.css`],
      },
      register: { captcha: turnstile({ siteKey: 'site', secretKey: 'secret' }) },
    },
  });

  it.each(pages)('has them on the page %s, and opens nothing else', async (path) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { headers } = await visitor.page(path);
    const policy = policyOf(headers['content-security-policy']);
    expect(policy).toMatchObject({
      'default-src': ["'none'"],
      'img-src': ["'self'", CDN, 'data:'],
      'font-src': ["'self'", 'https://*.fonts.example:8443/a/b.woff2'],
      'style-src': ["'self'", `${CDN}/brand.css`],
      'form-action': ["'self'"],
    });
    if (path === '/register') expect(policy['script-src']).toContain('https://challenges.cloudflare.com');
    else expect(policy['script-src'] ?? ["'self'"]).toEqual(["'self'"]);
  });
});

describe('a source that would open too much', () => {
  it.each([
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'self'",
    "'nonce-abc'",
    '*',
    'https:',
    'data:',
    'blob:',
    'http://cdn.example.com',
    'cdn.example.com',
    'https://*',
    'https://a.*.example.com',
    'https://cdn.example.com; script-src *',
    'https://cdn.example.com https://evil.example',
    'https://cdn.example.com,',
    'https://cdn.example.com\nX: y',
    'https://user@cdn.example.com',
    'https://cdn.example.com/a?b',
    '',
  ])('stops the start: %j', async (source) => {
    const { message } = await bootError({ options: { contentSecurityPolicy: { styles: [source] } } });
    expect(message).toContain(
      `contentSecurityPolicy.styles: "${source}" is not an https: URL such as ${CDN}.`,
    );
    expect(message).toContain('put styles into a file of their own');
  });

  it('stops the start where it is no list, and where the kind of source is not known', async () => {
    const wrong = { images: CDN as unknown as string[] };
    expect((await bootError({ options: { contentSecurityPolicy: wrong } })).message).toContain(
      'contentSecurityPolicy.images must be a list of strings',
    );
    const unknown = { scripts: [CDN] } as object;
    expect((await bootError({ options: { contentSecurityPolicy: unknown } })).message).toContain(
      'no option contentSecurityPolicy.scripts',
    );
  });
});
