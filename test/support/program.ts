import type { OutgoingHttpHeaders } from 'node:http';
import { PASSWORD, type Person } from './people.js';
import { Visitor, type Answer, type Fields } from './visitor.js';

/** How a program says that it wants a token. */
export const AS_PROGRAM = { 'x-session-transport': 'bearer' };

/** A program that keeps its token by itself: a mobile app, a command line, another server. */
export class Program {
  /** What it has been given last. */
  token = '';

  constructor(
    private readonly url: string,
    private readonly headers: OutgoingHttpHeaders = {},
  ) {}

  async login({ username, password = PASSWORD }: Partial<Person>, fields: Fields = {}): Promise<Answer> {
    return this.keep(await this.call('POST', '/login', { username, password, ...fields }, AS_PROGRAM));
  }

  async changePassword(oldPassword: string, newPassword: string): Promise<Answer> {
    const fields = {
      old_password: oldPassword,
      new_password: newPassword,
      confirm_new_password: newPassword,
    };
    return this.keep(await this.call('POST', '/change-password', fields));
  }

  /** A call with the token, as soon as there is one. */
  call(method: string, path: string, fields?: Fields, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    const authorization = this.token === '' ? {} : { authorization: `Bearer ${this.token}` };
    return new Visitor(this.url).api(method, path, fields, { ...this.headers, ...authorization, ...headers });
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** Whether the session of the token is alive. */
  async isSignedIn(): Promise<boolean> {
    const { status, json } = await this.get('/session');
    if (status !== 200 && status !== 401) throw new Error(`GET /session answers ${status}: ${json.message}`);
    return status === 200;
  }

  private keep(answer: Answer): Answer {
    this.token = answer.json.token ?? this.token;
    return answer;
  }
}
