import { Logger } from '@nestjs/common';
import { plainAddress } from '../input/address.js';
import { isError } from '../errors/is-error.js';

/** What a provider says when not the visitor is to blame, but the keys. */
const WRONG_KEYS: readonly unknown[] = [
  'missing-input-secret',
  'invalid-input-secret',
  'sitekey-secret-mismatch',
  'not-using-dummy-passcode',
];

/** The protocol that the three providers share: a form is posted, and JSON with `success` comes back. */
export class Siteverify {
  private readonly logger = new Logger('AuthModule');

  constructor(
    private readonly provider: string,
    private readonly url: string,
    private readonly fields: Readonly<Record<string, string>>,
    private readonly timeoutMs: number,
  ) {}

  /** Whether the provider says `success`. @throws Error when it says nothing that can be understood */
  async accepts(token: string, remoteAddress: string | undefined): Promise<boolean> {
    const answer = await this.post(token, remoteAddress);
    if (typeof answer !== 'object' || answer === null || !('success' in answer)) throw nonsense();
    if (answer.success !== true && answer.success !== false) throw nonsense();
    this.warn('error-codes' in answer ? answer['error-codes'] : []);
    return answer.success;
  }

  private async post(response: string, remoteAddress: string | undefined): Promise<unknown> {
    const body = new URLSearchParams({ ...this.fields, response });
    // Providers know no IPv4 address in the clothes of IPv6, which code may have given.
    if (remoteAddress !== undefined) body.set('remoteip', plainAddress(remoteAddress));
    let status: number;
    let text: string;
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        body,
        headers: { accept: 'application/json' },
        // The secret key goes nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      status = answer.status;
      text = await answer.text();
    } catch (error) {
      throw new Error(`it cannot be reached (${reasonOf(error)})`, { cause: error });
    }
    if (status !== 200) throw new Error(`it answered with status ${status}`);
    try {
      return JSON.parse(text);
    } catch {
      // Without the parser's error, which would quote the answer.
      throw nonsense();
    }
  }

  private warn(codes: unknown): void {
    const [code] = Array.isArray(codes) ? WRONG_KEYS.filter((known) => codes.includes(known)) : [];
    if (code) this.logger.warn(`The captcha provider ${this.provider} rejects the keys: ${String(code)}.`);
  }
}

function nonsense(): Error {
  return new Error('its answer does not follow its protocol');
}

function reasonOf(error: unknown): string {
  if (!isError(error)) return 'unknown';
  const { cause } = error;
  return isError(cause) && 'code' in cause ? String(cause.code) : error.name;
}
