// No imports here, because browsers load this file alone, as `nestjs-session-auth/codes`.

/** Every code of an error response, with its HTTP status. */
export const authErrorStatus = {
  malformed_body: 400,
  not_authenticated: 401,
  invalid_credentials: 401,
  rejected_by_hook: 401,
  super_user_required: 403,
  permission_denied: 403,
  system_caller_required: 403,
  password_change_required: 403,
  account_locked: 403,
  account_inactive: 403,
  account_not_approved: 403,
  password_expired: 403,
  app_not_allowed: 403,
  csrf_failed: 403,
  user_not_found: 404,
  session_not_found: 404,
  read_only: 405,
  method_not_allowed: 405,
  username_taken: 409,
  email_taken: 409,
  cannot_target_self: 409,
  concurrent_change: 409,
  conflict: 409,
  user_in_use: 409,
  last_super_user: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  missing_fields: 422,
  invalid_field: 422,
  incorrect_password: 422,
  passwords_do_not_match: 422,
  password_too_short: 422,
  password_too_long: 422,
  password_too_common: 422,
  password_contains_identity: 422,
  password_unchanged: 422,
  password_reused: 422,
  captcha_failed: 422,
  too_many_attempts: 429,
  service_unavailable: 503,
  outcome_unknown: 503,
} as const;

/** Stable code of an error response, except for the codes of the host's password rules. */
export type AuthErrorCode = keyof typeof authErrorStatus;

/** Code of a `PasswordRule` of the host; its status is 422. */
export type PasswordRuleCode = string & {};

/** One refused field of an input; `field` is its name in JSON, also for callers in TypeScript. */
export interface FieldError {
  field: string;
  code: AuthErrorCode | PasswordRuleCode;
  message: string;
}

/** Body of an error response in JSON. */
export interface AuthErrorBody {
  statusCode: number;
  code: AuthErrorCode | PasswordRuleCode;
  /** A sentence for the user. */
  message: string;
  /** Only present if fields were refused. */
  errors?: FieldError[];
}
