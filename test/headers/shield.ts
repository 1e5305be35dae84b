import { expect } from 'vitest';
import type { Answer } from '../support/visitor.js';

export const pages = ['/login', '/logout', '/change-password', '/register'];

/** No cache keeps the answer. */
export function expectPrivate({ headers }: Answer): void {
  expect(headers['cache-control']).toMatch(/\bno-store\b/);
  expect(
    String(headers.vary)
      .toLowerCase()
      .split(/\s*,\s*/),
  ).toContain('cookie');
}

/** A page that no frame holds and that runs nothing of its own. */
export function expectShielded({ headers, body }: Answer): void {
  expect(headers['content-type']).toMatch(/^text\/html; *charset=utf-8$/i);
  const policy = policyOf(String(headers['content-security-policy']));
  expect(JSON.stringify(policy)).not.toContain('unsafe-');
  expect(policy['frame-ancestors']).toEqual(["'none'"]);
  expect(policy['default-src'] ?? policy['script-src']).toBeDefined();
  expect(policy['base-uri']).toEqual(["'none'"]);
  expect(policy['object-src'] ?? policy['default-src']).toEqual(["'none'"]);
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('same-origin');
  // What the policy would block had no business in the page.
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
}

function policyOf(header: string): Record<string, string[]> {
  return Object.fromEntries(
    header.split(/\s*;\s*/).map((directive) => {
      const [name = '', ...values] = directive.split(/\s+/);
      return [name, values];
    }),
  );
}
