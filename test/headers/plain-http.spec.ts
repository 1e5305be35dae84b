import { describe, expect, it } from 'vitest';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import type { TestApplication } from '../support/application.js';
import { PASSWORD } from '../support/people.js';

const warnings = ({ log }: TestApplication) => log.of('warn').filter((line) => line.includes('plain HTTP'));

const form = { username: 'nobody', password: PASSWORD, confirm_password: PASSWORD };

describe('plain HTTP in production', () => {
  const host = hosted({ options: { production: true } });

  it('is told in the log at the first request, once, with what to do', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    await host.visitor().send('GET', '/login', { headers });
    expect(warnings(host)).toEqual([]);
    for (const path of ['/login', '/session', '/styles.css']) await host.visitor().get(path);
    const [line, ...more] = warnings(host);
    expect(line).toContain('nobody stays signed in');
    for (const cure of ['HTTPS', '`trust proxy`', '`production`']) expect(line).toContain(cure);
    expect(more).toEqual([]);
  });

  const texts: [language: string, text: RegExp][] = [
    ['en', /without HTTPS.*https:\/\/…/],
    ['de', /ohne HTTPS.*https:\/\/…/],
    ['es', /sin HTTPS.*https:\/\/…/],
    ['fr', /sans HTTPS.*https:\/\/…/],
    ['ja', /HTTPS なし.*https:\/\/…/],
    ['pl', /bez HTTPS.*https:\/\/…/],
  ];

  it.each(texts)('is what a form says that no cookie came with, in %s', async (language, text) => {
    for (const path of ['/login', '/register']) {
      const browser = host.visitor('form');
      const token = await browser.token(path);
      // As a browser does, which drops a Secure cookie here.
      for (const [name] of browser.cookies.entries()) browser.cookies.forget(name);
      const answer = await browser.post(path, { ...form, ...token }, { 'accept-language': language });
      expect([answer.status, answer.message]).toEqual([403, expect.stringMatching(text)]);
    }
  });

  it.each([
    ['the cookie came', {}, true],
    ['the page came over HTTPS', { origin: 'https://127.0.0.1' }, false],
    ['a proxy says that it ended TLS', { 'x-forwarded-proto': 'https' }, false],
  ])('is no reason where %s', async (_, headers, keeps) => {
    const browser = host.visitor('form');
    await browser.page('/login');
    if (!keeps) for (const [name] of browser.cookies.entries()) browser.cookies.forget(name);
    const answer = await browser.post('/login', form, headers);
    expectRefused(answer, 403, 'csrf_failed');
    expect(answer.message).not.toContain('HTTPS');
  });

  it('is no reason for JSON, which needs no token', async () => {
    const answer = await host.visitor().login({ username: 'nobody', password: PASSWORD });
    expectRefused(answer, 401, 'invalid_credentials');
  });
});

describe('HTTPS that a trusted proxy ends', () => {
  const host = hosted({
    options: { production: true },
    configure: (app) => app.set('trust proxy', 'loopback'),
  });

  it('is no plain HTTP', async () => {
    await host.visitor().send('GET', '/login', { headers: { 'x-forwarded-proto': 'https, http' } });
    expect(warnings(host)).toEqual([]);
  });
});

describe('plain HTTP outside production', () => {
  const host = hosted();

  it('is nothing to speak of', async () => {
    await host.visitor().get('/login');
    expect(warnings(host)).toEqual([]);
    const refused = await host.visitor('form').post('/login', form);
    expectRefused(refused, 403, 'csrf_failed');
    expect(refused.message).not.toContain('HTTPS');
  });
});
