import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FORM_TYPE } from '../support/visitor.js';

export const SITE_KEY = 'site-key-of-the-tests';
export const SECRET_KEY = 'secret-key-of-the-tests';

type Mood = (response: ServerResponse) => void;

/** Ways in which a provider fails. */
export const failures: Record<string, Mood> = {
  'a status 500': (response) => response.writeHead(500).end('{"success":true}'),
  'a status 404': (response) => response.writeHead(404).end('{"success":true}'),
  'a redirect': (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
  'a page instead of JSON': (response) => response.end('<!DOCTYPE html><title>Just a moment…</title>'),
  'nothing at all': (response) => response.end(),
  'JSON that is cut off': (response) => response.end('{"success":true'),
  'JSON null': (response) => response.end('null'),
  'JSON without a verdict': (response) => response.end('{"challenge_ts":"2026-01-01T00:00:00Z"}'),
  'a verdict that is text': (response) => response.end('{"success":"true"}'),
  'a verdict that is a number': (response) => response.end('{"success":1}'),
  'a connection that breaks': (response) => void response.socket?.destroy(),
};

/** What `siteverify` of the three providers does, on a port of this machine. */
export class StandIn {
  /** The forms it was sent, decoded. */
  readonly received: Record<string, string>[] = [];
  /** Requests to any other path. */
  readonly elsewhere: string[] = [];
  /** Answers in the place of the protocol. */
  mood: Mood | null = null;
  private readonly fresh = new Set<string>();
  private readonly used = new Set<string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<StandIn> {
    const standIn = new StandIn();
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/siteverify`;
  }

  /** What the widget would have put into the form once it was solved. */
  solve(): string {
    const token = `token-${randomUUID()}`;
    this.fresh.add(token);
    return token;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== '/siteverify') {
      this.elsewhere.push(request.url ?? '');
      response.end('{"success":true}');
      return;
    }
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    this.received.push(form);
    response.setHeader('content-type', 'application/json');
    if (this.mood) this.mood(response);
    else response.end(JSON.stringify(this.verdict(request, form)));
  }

  private verdict({ method, headers }: IncomingMessage, form: Record<string, string>): object {
    const { secret, response: token = '' } = form;
    const refuse = (code: string): object => ({ success: false, 'error-codes': [code] });
    if (method !== 'POST' || !headers['content-type']?.startsWith(FORM_TYPE)) return refuse('bad-request');
    if (secret !== SECRET_KEY) return refuse('invalid-input-secret');
    if (this.used.has(token)) return refuse('timeout-or-duplicate');
    if (!this.fresh.delete(token)) return refuse('invalid-input-response');
    this.used.add(token);
    return {
      success: true,
      challenge_ts: new Date().toISOString(),
      hostname: 'localhost',
      'error-codes': [],
    };
  }
}

/** The address of a port that nobody listens on. */
export async function nowhere(): Promise<string> {
  const standIn = await StandIn.start();
  const { url } = standIn;
  await standIn.stop();
  return url;
}
