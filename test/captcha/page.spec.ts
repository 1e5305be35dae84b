import { describe, expect, it, vi } from 'vitest';
import type { Captcha } from '../../src/index.js';
import { expectPrivate, expectShielded, pages } from '../headers/shield.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { attributeOf } from '../support/page.js';
import { clients } from '../support/visitor.js';
import { doors } from './doors.js';
import { providers } from './providers.js';
import { SECRET_KEY, SITE_KEY } from './stand-in.js';

const CLOSED = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'script-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'object-src': ["'none'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

function policyIn(header: unknown): Record<string, string[]> {
  const directives = String(header).split('; ');
  return Object.fromEntries(directives.map((one) => [one.split(' ')[0] ?? '', one.split(' ').slice(1)]));
}

function opened(sources: Record<string, string[]>): Record<string, string[]> {
  const closed: Record<string, string[]> = CLOSED;
  const added = Object.entries(sources).map(([name, more]) => [name, [...(closed[name] ?? []), ...more]]);
  return { ...closed, ...Object.fromEntries(added) };
}

/** What a page loads; each that asks for a password has our own script. */
const scriptsIn = (html: string): (string | undefined)[] =>
  [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => attributeOf(tag, 'src'));

const own = (path: string): string[] => (path === '/logout' ? [] : ['/page.js']);

function policyOf(path: string): Record<string, string[]> {
  const { 'script-src': _, ...closedToScripts } = CLOSED;
  return path === '/logout' ? closedToScripts : CLOSED;
}

describe.each(doors)('a captcha at $page alone', ({ page, path }) => {
  describe.each(providers)('of $name', ({ make, widgetClass, script, opens }) => {
    const captcha = make({ siteKey: SITE_KEY, secretKey: SECRET_KEY });
    const host = hosted({ options: { [page]: { captcha } } });

    it('is shown in the form, and the policy opens for that provider alone', async () => {
      const answer = await host.visitor('form').page(path);
      expect(answer.body).toContain(`<div class="${widgetClass}" data-sitekey="${SITE_KEY}"></div>`);
      expect(scriptsIn(answer.body)).toEqual(['/page.js', script]);
      expect(answer.body).toContain(`<script src="${script}" async defer></script>`);
      expect(policyIn(answer.headers['content-security-policy'])).toEqual(opened(opens));
      expect(answer.headers['content-security-policy']).not.toContain('unsafe-');
    });

    it('is shown again after a failure, under the same policy', async () => {
      const answer = await host.visitor('form').submit(path, { username: 'alice' });
      expect(answer.status).toBe(422);
      expect(answer.body).toContain(`<div class="${widgetClass}" data-sitekey="${SITE_KEY}"></div>`);
      expect(policyIn(answer.headers['content-security-policy'])).toEqual(opened(opens));
      expectPrivate(answer);
      expectShielded(answer);
    });

    it('leaves the other pages closed and without its script', async () => {
      // Nobody can sign in here, so that page only leads to the login.
      for (const other of pages.filter((each) => each !== path && each !== '/change-password')) {
        const { body, headers, status } = await host.visitor('form').page(other);
        expect(status).toBe(200);
        expect(policyIn(headers['content-security-policy'])).toEqual(policyOf(other));
        expect(scriptsIn(body)).toEqual(own(other));
      }
    });
  });
});

describe('without a captcha', () => {
  const host = hosted();

  it.each(pages)('%s is closed but for our own script', async (path) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { body, headers } = await visitor.page(path);
    expect(scriptsIn(body)).toEqual(own(path));
    expect(body).not.toContain('<noscript>');
    expect(policyIn(headers['content-security-policy'])).toEqual(policyOf(path));
  });
});

describe("the host's own provider", () => {
  const verify = vi.fn<Captcha['verify']>();
  const captcha: Captcha = {
    name: 'Riddle',
    field: 'riddle',
    siteKey: '7',
    widgetClass: 'riddle',
    scriptUrl: '/riddle.js',
    sources: { 'style-src': ['https://riddle.example'], 'connect-src': undefined },
    verify,
  };
  const host = hosted({ options: { login: { captcha }, register: { captcha } } });

  it('is shown, and opens what it names', async () => {
    const { body, headers } = await host.visitor('form').page('/register');
    expect(body).toContain('<div class="riddle" data-sitekey="7"></div>');
    expect(scriptsIn(body)).toEqual(['/page.js', '/riddle.js']);
    expect(policyIn(headers['content-security-policy'])).toMatchObject({
      'script-src': ["'self'"],
      'style-src': ["'self'", 'https://riddle.example'],
    });
  });

  describe.each(doors)('at $page', ({ path, fields, done, isOpened }) => {
    it.each(clients)('decides, by %s', async (client) => {
      const given = { ...(await fields(host)), riddle: 'a hole' };
      verify.mockReset().mockResolvedValueOnce(false);
      expectRefused(await host.visitor(client).submit(path, given), 422, 'captcha_failed');
      verify.mockResolvedValueOnce(true);
      expectDone(await host.visitor(client).submit(path, given), done);
      expect(verify.mock.calls).toEqual([
        ['a hole', '127.0.0.1'],
        ['a hole', '127.0.0.1'],
      ]);
    });

    it.each([
      ['throws', () => Promise.reject(new Error('the sphinx sleeps')), 503, 'service_unavailable'],
      ['throws at once', fail, 503, 'service_unavailable'],
      ['answers with what is merely not empty', () => Promise.resolve('no' as never), 422, 'captcha_failed'],
      ['answers with nothing', () => Promise.resolve(undefined as never), 422, 'captcha_failed'],
    ] as const)('lets nobody through when it %s', async (_, answer, status, code) => {
      const given = { ...(await fields(host)), riddle: 'a hole' };
      verify.mockReset().mockImplementation(answer);
      expectRefused(await host.visitor().submit(path, given), status, code);
      expect(await isOpened(host, given.username)).toBe(false);
    });
  });
});

function fail(): never {
  throw new Error('the sphinx sleeps');
}
