import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import type { TestApplication } from '../support/application.js';

const warnings = ({ log }: TestApplication) => log.of('warn').filter((line) => line.includes('plain HTTP'));

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
  });
});
