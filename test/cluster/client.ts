import { Agent, request } from 'node:http';
import type { Body } from '../support/body.js';

// Given up before the server does so: a request on a connection just closed would have no answer.
const agent = new Agent({ keepAlive: true, timeout: 2000 });

/** What a request came to. */
export interface Reply {
  /** 0 when the connection ended without an answer. */
  status: number;
  /** The token of a session that was opened. */
  token: string | undefined;
  json: Body;
  /** Before the first byte went out; milliseconds on the clock of `performance.now()`. */
  startedAt: number;
  /** When the head of the answer was here. */
  answeredAt: number;
}

/** A client in JSON, cheap enough for thousands of requests; it asks the given servers by turns. */
export class Client {
  private turn = 0;

  constructor(readonly urls: readonly string[]) {}

  get(path: string, token?: string): Promise<Reply> {
    return this.send('GET', path, token);
  }

  post(path: string, token: string | undefined, fields: object = {}): Promise<Reply> {
    return this.send('POST', path, token, fields);
  }

  send(method: string, path: string, token?: string, fields?: object): Promise<Reply> {
    const url = this.urls[this.turn++ % this.urls.length];
    const body = fields && JSON.stringify(fields);
    const headers = {
      accept: 'application/json',
      ...(token !== undefined && { cookie: `id=${token}` }),
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
    };
    return new Promise((resolve) => {
      const startedAt = performance.now();
      const none = { status: 0, token: undefined, json: {} };
      const fail = () => resolve({ ...none, startedAt, answeredAt: performance.now() });
      const outgoing = request(`${url}${path}`, { method, headers, agent }, (response) => {
        const answeredAt = performance.now();
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', fail);
        response.on('end', () => {
          const { statusCode: status = 0 } = response;
          const json: Body = text.startsWith('{') ? JSON.parse(text) : {};
          resolve({ status, token: tokenIn(response.headers['set-cookie']), json, startedAt, answeredAt });
        });
      });
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  }
}

function tokenIn(cookies: string[] = []): string | undefined {
  for (const cookie of cookies) {
    const token = /^id=([^;]+)/.exec(cookie)?.[1];
    if (token) return token;
  }
  return undefined;
}
