import { Controller, HttpCode, Post, UseFilters, UseGuards } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, it } from 'vitest';
import { AuthGatewayFilter, CsrfGuard, SignedIn, SsoCaller } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { handshakes, PATH, type Message, type Wire } from './wire.js';

@WebSocketGateway({ path: PATH })
@UseFilters(AuthGatewayFilter)
class ShopGateway {
  handleConnection(client: { request?: unknown }, request: unknown): void {
    client.request ??= request;
  }

  @SubscribeMessage('buy')
  @UseGuards(CsrfGuard)
  buy(): Message {
    return { event: 'bought', data: null };
  }

  @SubscribeMessage('address')
  address(@SsoCaller() { remoteAddress }: SsoCaller): Message {
    return { event: 'address', data: remoteAddress };
  }

  @SubscribeMessage('me')
  @SignedIn()
  me(): Message {
    return { event: 'me', data: null };
  }
}

@Controller('buy')
class ShopController {
  @Post()
  @HttpCode(200)
  @UseGuards(CsrfGuard)
  buy(): void {
    // Whoever comes this far has bought.
  }
}

const PROXY = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'shop.example',
  'x-forwarded-for': '203.0.113.7',
};

/** What is judged alike in HTTP and in a handshake: whether the host trusts its proxy, the headers, and the outcome. */
const matrix: [trust: unknown, headers: Record<string, string>, allowed: boolean][] = [
  [false, {}, true],
  [false, { origin: '{own}' }, true],
  [false, { origin: 'https://evil.example' }, false],
  [false, { origin: 'null' }, false],
  [false, { 'sec-fetch-site': 'cross-site' }, false],
  [false, { 'sec-fetch-site': 'same-site', origin: '{own}' }, false],
  [false, { ...PROXY, origin: 'https://shop.example' }, false],
  [true, { ...PROXY, origin: 'https://shop.example' }, true],
  [true, { ...PROXY, origin: 'http://shop.example' }, false],
  [true, { ...PROXY, origin: '{own}' }, false],
  [true, { ...PROXY, origin: 'https://evil.example' }, false],
  [true, { 'x-forwarded-proto': 'https', origin: '{own, tls}' }, true],
  ['loopback', { ...PROXY, origin: 'https://shop.example' }, true],
  ['192.0.2.1', { ...PROXY, origin: 'https://shop.example' }, false],
];

describe.each(handshakes)('the handshake over $name', (transport) => {
  const host = hosted({
    providers: [ShopGateway],
    controllers: [ShopController],
    configure: (app) => app.useWebSocketAdapter(transport.adapter(app)),
  });
  const wires: Wire[] = [];
  afterEach(() => {
    host.app.set('trust proxy', false);
    for (const wire of wires.splice(0)) wire.close();
  });

  async function connect(headers: Record<string, string>): Promise<Wire> {
    const wire = await transport.connect(host.url, headers);
    wires.push(wire);
    return wire;
  }

  it.each(matrix)('is judged like a post: trust proxy %j, %j, allowed %s', async (trust, given, allowed) => {
    host.app.set('trust proxy', trust);
    const own: Record<string, string> = {
      '{own}': host.url,
      '{own, tls}': host.url.replace('http', 'https'),
    };
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, own[value] ?? value]),
    );

    const answer = await host.visitor().api('POST', '/buy', {}, headers);
    expect(answer.status).toBe(allowed ? 200 : 403);
    const wire = await connect(headers);
    expect(await wire.ask('buy')).toMatchObject(
      allowed ? { event: 'bought' } : { event: 'exception', data: { code: 'csrf_failed' } },
    );
  });

  it.each([
    [false, '127.0.0.1'],
    [true, '203.0.113.7'],
    ['192.0.2.1', '127.0.0.1'],
  ])('gives the address that HTTP would: trust proxy %j, %s', async (trust, address) => {
    host.app.set('trust proxy', trust);
    const wire = await connect(PROXY);
    expect(await wire.ask('address')).toEqual({ event: 'address', data: address });
  });

  it.each([
    ['de-AT, de;q=0.9', 'Bitte melden Sie sich zuerst an.'],
    ['ja', expect.stringMatching(/ログイン|サインイン/)],
    ['xx', 'Please log in first.'],
    [undefined, 'Please log in first.'],
  ])('says in which language refusals are: %s', async (language, message) => {
    const wire = await connect(language === undefined ? {} : { 'accept-language': language });
    expect(await wire.ask('me')).toEqual({
      event: 'exception',
      data: { statusCode: 401, code: 'not_authenticated', message },
    });
  });
});
