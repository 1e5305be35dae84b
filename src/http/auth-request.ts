import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';

/** Where a guard leaves the session of a request; `null` = looked for, and not found. */
export const SESSION = Symbol('nestjs-session-auth:session');

/** What this module needs of an Express request. The handshake of a WebSocket has only what Node gives it. */
export interface AuthRequest extends IncomingMessage {
  [SESSION]?: AuthenticatedSession<SsoUserBase> | null;
  /** For instance `POST`. */
  method: string;
  originalUrl: string;
  /** Where another Express application has mounted this one. */
  baseUrl?: string | undefined;
  /** The Express application, for its settings. */
  app?: {
    /** The value of a setting of Express, for instance `trust proxy fn`. */
    get(setting: string): unknown;
  };
  /** `http` or `https`; the host's `trust proxy` decides what it is taken from. */
  protocol?: string | undefined;
  host?: string | undefined;
  ip?: string | undefined;
  body?: unknown;
  query: Record<string, unknown>;
  /** The response, as Express keeps it with the request. */
  res?: AuthResponse;
  /** What the path's names stand for. */
  params?: Record<string, unknown>;
  accepts(types: string[]): string | false;
  acceptsLanguages(languages: string[]): string | false;
  is(types: string[]): string | false | null;
}

/** What this module needs of an Express response. */
export interface AuthResponse extends ServerResponse {
  status(code: number): this;
  type(type: string): this;
  send(body: unknown): this;
  json(body: unknown): this;
  vary(field: string): this;
  location(url: string): this;
  redirect(status: number, url: string): void;
}
