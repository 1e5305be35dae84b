import type { Type } from '@nestjs/common';
import type { AuthErrorCode } from '../errors/auth.codes.js';
import type { JsonType } from '../input/json-schema.js';
import type { PasswordFailureCode } from '../password/password-failure.js';

/** Media types of what is no JSON. */
type Media =
  | 'text/html'
  | 'text/css'
  | 'text/javascript'
  | 'image/svg+xml'
  | 'image/png'
  | 'image/jpeg'
  | 'image/webp'
  | 'image/gif';

/** What an OpenAPI document says of one route; method, path and parameters in the path are the route's own. */
export interface RouteDoc {
  summary: string;
  description?: string;
  /** Whose or what the `:id` in the path is. */
  id?: string;
  /** Input class of the query string. */
  query?: Type<object>;
  /** The address takes `next`, where to go on afterwards. */
  next?: boolean;
  /** Input class of the body; `null` = there is nothing to say in it, but a form carries its token. */
  body?: Type<object> | null;
  /** Whether the body may hold fields that are not described here. @default false */
  moreFields?: boolean;
  /** Whether it needs the cookie of a session. */
  session: boolean;
  /** What a success answers in JSON. */
  answer: JsonType<unknown> | null;
  /** What a success answers apart from JSON. */
  media?: Media | readonly Media[];
  /** @default 200 */
  status?: 200 | 201;
  /** Where 303 leads: a form after a success, or a page navigation of somebody who is not signed in. */
  redirect?: string;
  /** Headers of a success, each with what it is for. */
  headers?: Readonly<Record<string, string>>;
  /** Why it may be refused. */
  refusals: readonly AuthErrorCode[];
}

/** The handlers of a controller. */
type RoutesOf<Controller> = {
  [Name in keyof Controller]: Controller[Name] extends (...given: never[]) => unknown ? Name : never;
}[keyof Controller];

/** What an OpenAPI document says of the routes of a controller, each and every one. */
export interface ControllerDoc<Controller> {
  tag: string;
  routes: Readonly<Record<RoutesOf<Controller>, RouteDoc>>;
}

/** A controller, with what an OpenAPI document says of its routes. */
export interface DocumentedController {
  controller: Type<object>;
  doc: Omit<ControllerDoc<never>, 'routes'> & { routes: Readonly<Record<string, RouteDoc>> };
}

/** Ties a controller to what is said of each of its routes. */
export function documented<Controller extends object>(
  controller: Type<Controller>,
  doc: ControllerDoc<Controller>,
): DocumentedController {
  return { controller, doc };
}

type Codes = readonly AuthErrorCode[];

/** Whatever is not GET may be refused for where it comes from or how its body is written. */
export const UNSAFE = [
  'malformed_body',
  'csrf_failed',
  'body_too_large',
  'unsupported_media_type',
  'outcome_unknown',
] as const satisfies Codes;

/** Where a refused page navigation leads. */
export const TO_MEND =
  'A page navigation of somebody who is not signed in: to the login; of one who must change the password: there.';

/** Behind `SessionGuard`, also for those who must change the password. */
export const SIGNED_IN = ['not_authenticated', 'service_unavailable'] as const satisfies Codes;

/** Behind `SessionGuard`, with a method of the service for this caller. */
export const CALLER = [...SIGNED_IN, 'password_change_required', 'app_not_allowed'] as const satisfies Codes;

/** Behind `SuperUserGuard`. */
export const SUPER_USER = [...CALLER, 'super_user_required'] as const satisfies Codes;

export const FIELDS = ['missing_fields', 'invalid_field'] as const satisfies Codes;

/** The first password of an account. */
export const FIRST_PASSWORD = [
  'invalid_field',
  'password_too_short',
  'password_too_long',
  'password_too_common',
  'password_contains_identity',
] as const satisfies readonly PasswordFailureCode[];

/** One that takes the place of another. */
export const NEXT_PASSWORD = [
  ...FIRST_PASSWORD,
  'password_unchanged',
  'password_reused',
  'concurrent_change',
  'conflict',
] as const satisfies Codes;
