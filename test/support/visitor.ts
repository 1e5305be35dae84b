import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { CookieJar, type SetCookie } from './cookies.js';
import { alertIn, errorsIn, inputIn } from './page.js';
import { expectNoSecretIn } from './secrets.js';
import type { Body, FieldError } from './body.js';

export const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The two ways to speak with a page route: a browser without JavaScript, and a JSON client. */
export type Client = 'form' | 'json';
export const clients: Client[] = ['form', 'json'];

export type Fields = Record<string, unknown>;

export interface Answer {
  client: Client;
  status: number;
  headers: IncomingHttpHeaders;
  /** Where it leads, whichever way the client says so. */
  location: string | undefined;
  setCookies: SetCookie[];
  body: string;
  json: Body;
  /** What the page says in its alert, or the JSON's message. */
  message: string | undefined;
  errors: FieldError[];
}

interface Sent {
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  /** Sent without saying how long it is. */
  chunked?: boolean;
}

const agent = new Agent({ keepAlive: false });

/** One client with its own cookies, that can be a browser with forms or a JSON client. */
export class Visitor {
  readonly cookies = new CookieJar();

  constructor(
    readonly url: string,
    readonly client: Client = 'json',
  ) {}

  login(fields: Fields, path = '/login'): Promise<Answer> {
    return this.submit(path, fields);
  }

  logout(path = '/logout'): Promise<Answer> {
    return this.submit(path, {});
  }

  register(fields: Fields): Promise<Answer> {
    return this.submit('/register', fields);
  }

  changePassword(oldPassword: string, newPassword: string, confirmation = newPassword): Promise<Answer> {
    return this.submit('/change-password', {
      old_password: oldPassword,
      new_password: newPassword,
      confirm_new_password: confirmation,
    });
  }

  /** Fills in what the page asks and sends it, the way of this visitor's client. */
  async submit(path: string, fields: Fields, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    if (this.client === 'json') return this.api('POST', path, fields, headers);
    return this.post(path, { ...fields, ...(await this.token(path)) }, headers);
  }

  /** The hidden token of a page, as a field to post. */
  async token(path: string): Promise<Fields> {
    const token = inputIn((await this.page(path)).body, 'csrf_token');
    return token === undefined ? {} : { csrf_token: token };
  }

  /** A form post as a browser sends it, with no more fields than given. */
  post(path: string, fields: Fields, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send('POST', path, {
      headers: {
        accept: HTML,
        'content-type': FORM_TYPE,
        origin: this.url,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: urlencoded(fields),
    });
  }

  page(path: string): Promise<Answer> {
    return this.send('GET', path, { headers: { accept: HTML } });
  }

  get(path: string, accept = JSON_TYPE): Promise<Answer> {
    return this.send('GET', path, { headers: { accept } });
  }

  api(method: string, path: string, fields?: unknown, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    const body = fields === undefined ? undefined : JSON.stringify(fields);
    return this.send(method, path, {
      headers: {
        accept: JSON_TYPE,
        ...(body === undefined ? {} : { 'content-type': JSON_TYPE }),
        ...headers,
      },
      body,
    });
  }

  /** Whether the session in the cookie is alive. */
  async isSignedIn(): Promise<boolean> {
    const { status, json } = await this.get('/session');
    if (status !== 200 && status !== 401) throw new Error(`GET /session answers ${status}: ${json.message}`);
    return status === 200;
  }

  /** A copy with the same cookies, as a thief or a second tab has them. */
  twin(client: Client = this.client): Visitor {
    const twin = new Visitor(this.url, client);
    for (const [name, value] of this.cookies.entries()) twin.cookies.put(name, value);
    return twin;
  }

  /** Sends exactly this (and the cookies, unless a `cookie` header is given). */
  send(method: string, path: string, { headers = {}, body, chunked = false }: Sent = {}): Promise<Answer> {
    const sent: OutgoingHttpHeaders = { ...headers };
    const cookie = this.cookies.header();
    if (cookie !== '' && !('cookie' in sent)) sent.cookie = cookie;
    if (chunked) sent['transfer-encoding'] = 'chunked';
    else if (body !== undefined) sent['content-length'] = Buffer.byteLength(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.url}${path}`, { method, headers: sent, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const setCookies = this.cookies.receive(response.headers['set-cookie'] ?? []);
          const text = Buffer.concat(chunks).toString('utf8');
          try {
            expectNoSecretIn(this.url, String(body ?? ''), text, setCookies);
            resolve(this.answer(response.statusCode ?? 0, response.headers, setCookies, text));
          } catch (error) {
            reject(error);
          }
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  private answer(
    status: number,
    headers: IncomingHttpHeaders,
    setCookies: SetCookie[],
    body: string,
  ): Answer {
    const isJson = headers['content-type']?.startsWith(JSON_TYPE) ?? false;
    const json: Body = isJson && body !== '' ? JSON.parse(body) : {};
    return {
      client: isJson ? 'json' : 'form',
      status,
      headers,
      location: headers.location ?? json.redirect_to,
      setCookies,
      body,
      json,
      message: isJson ? json.message : alertIn(body),
      errors: isJson ? (json.errors ?? []) : errorsIn(body),
    };
  }
}

export function urlencoded(fields: Fields): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const single of Array.isArray(value) ? value : [value]) parameters.append(name, String(single));
  }
  return parameters.toString();
}
