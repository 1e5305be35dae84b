import { AuthException } from '../errors/auth.exception.js';

/** 400: the body could not be parsed; the parser's text is not repeated. */
export class MalformedBodyException extends AuthException<'malformed_body'> {
  constructor() {
    super('malformed_body', { key: 'error.malformed_body' });
  }
}

/** 413: the body is larger than 10 kB. */
export class BodyTooLargeException extends AuthException<'body_too_large'> {
  constructor() {
    super('body_too_large', { key: 'error.body_too_large' });
  }
}

/** 415: the body is neither JSON nor a form; or it is a form, and comes with a bearer token. */
export class UnsupportedMediaTypeException extends AuthException<'unsupported_media_type'> {
  /** @param cause `bearer` where the client has a bearer token, which no form has */
  constructor(cause?: 'bearer') {
    super('unsupported_media_type', {
      key: cause ? `error.unsupported_media_type.${cause}` : 'error.unsupported_media_type',
    });
  }
}

/** 405: the route does not know this method; `Allow` names those it knows. */
export class MethodNotAllowedException extends AuthException<'method_not_allowed'> {
  override readonly headers: Readonly<Record<string, string>>;

  constructor(allow: string) {
    super('method_not_allowed', { key: 'error.method_not_allowed' });
    this.headers = { Allow: allow };
  }
}

/** 405: the page is in read-only mode. */
export class ReadOnlyException extends AuthException<'read_only'> {
  override readonly headers = { Allow: 'GET, HEAD' };

  constructor() {
    super('read_only', { key: 'error.read_only' });
  }
}

/** 403: the request comes from another site, or its form token is missing or stale. */
export class CsrfFailedException extends AuthException<'csrf_failed'> {
  /** @param cause `plain_http` where the browser has dropped the token's cookie, which is Secure */
  constructor(cause?: 'plain_http') {
    super('csrf_failed', { key: cause ? `error.csrf_failed.${cause}` : 'error.csrf_failed' });
  }
}

/** 422: the captcha was not solved. */
export class CaptchaFailedException extends AuthException<'captcha_failed'> {
  constructor() {
    super('captcha_failed', { key: 'error.captcha_failed' });
  }
}
