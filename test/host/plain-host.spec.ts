import { Body, Controller, Post } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';

describe('a host without anything of its own', () => {
  @Controller('plain')
  class PlainController {
    @Post()
    plain(@Body() body: unknown): object {
      return { body: body ?? null };
    }
  }
  const host = hosted({ controllers: [PlainController] });

  it('gets no guard, pipe, limit or header from the module', async () => {
    const visitor = host.visitor();
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const answer = await visitor.api('POST', '/plain', { unknown: 'x'.repeat(50_000) }, evil);
    expect(answer.status).toBe(201);
    for (const header of [
      'cache-control',
      'vary',
      'content-security-policy',
      'x-frame-options',
      'referrer-policy',
    ]) {
      expect(answer.headers[header], header).toBeUndefined();
    }
    const text = await visitor.send('POST', '/plain', {
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(text.status).toBe(201);
    const broken = await visitor.send('POST', '/plain', {
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(broken.json.code).toBeUndefined();
    expect((await visitor.send('PUT', '/plain')).status).toBe(404);
    expect((await visitor.send('OPTIONS', '/login-of-mine')).status).toBe(404);
  });

  it('gets no view engine', () => {
    expect(host.app.getHttpAdapter().getInstance().get('view engine')).toBeUndefined();
  });
});
