import { createHash } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { expect, vi } from 'vitest';
import type { AuthModuleOptions } from '../../src/index.js';
import type { Boot } from '../support/application.js';
import { expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import type { Log } from '../support/log.js';
import { inputIn } from '../support/page.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Answer, Client, Fields, Visitor } from '../support/visitor.js';

export const WRONG = 'not the one, not at all';

type Throttle = NonNullable<AuthModuleOptions['throttle']>;

/** A host behind a proxy that it trusts: each visitor says where it comes from. */
export function behindProxy(throttle: Throttle = {}): Boot {
  return {
    // Of which the log has nothing to say.
    options: { throttle, login: { redirectTo: '/public' } },
    configure: (app: NestExpressApplication) => app.set('trust proxy', true),
  };
}

let addresses = 0;

/** An address that nobody has used; of RFC 2544's networks, with this process's number in it. */
export function freshAddress(): string {
  addresses += 1;
  return `198.${18 + (process.pid % 2)}.${(process.pid + (addresses >> 8)) % 256}.${addresses % 256}`;
}

export function logIn(
  visitor: Visitor,
  username: string,
  password: string,
  address = freshAddress(),
): Promise<Answer> {
  return visitor.submit('/login', { username, password }, { 'x-forwarded-for': address });
}

/** The statuses of some wrong guesses, one after the other, each by a new visitor from a new address. */
export async function guess(
  host: { visitor(client?: Client): Visitor },
  usernames: string[],
  client: Client = 'json',
): Promise<number[]> {
  const statuses: number[] = [];
  for (const username of usernames)
    statuses.push((await logIn(host.visitor(client), username, WRONG)).status);
  return statuses;
}

export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** 429 with its seconds; as a page it is the same page again. */
export function expectBraked(answer: Answer, kept: Fields = {}): number {
  expectRefused(answer, 429, 'too_many_attempts');
  expectNoSessionCookie(answer);
  expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  if (answer.client === 'form') {
    expect(answer.message).toMatch(/too many attempts/i);
    expect(inputIn(answer.body, 'csrf_token')).toMatch(/./);
    for (const [name, value] of Object.entries(kept)) expect(inputIn(answer.body, name)).toBe(value);
    expect(answer.body).not.toContain(PASSWORD);
    expect(answer.body).not.toContain(WRONG);
  }
  return Number(answer.headers['retry-after']);
}

export function success(client: Client): number {
  return client === 'json' ? 200 : 303;
}

let now = 0;

/**
 * Stops the clock of this process, counters in memory included; `vi.useRealTimers()` lets it go on. Stopped again, it
 * stands where it stood last.
 */
export function stopTime(): void {
  now = Math.max(now, Date.now());
  vi.useFakeTimers({ toFake: ['Date'], now });
}

export function passTime(ms: number): void {
  now += ms;
  vi.setSystemTime(now);
}

/** What the host was warned of; failures that the audit reports are none. */
export function warnings({ log }: { log: Log }): string[] {
  return log.of('warn').filter((line) => !line.endsWith('AuthAudit'));
}

/** The account as the counters know it. */
export function counterOf(kind: string, username: string): string {
  return `sso_${kind}:${createHash('sha256').update(username).digest('base64url')}`;
}

export function changeTo(
  visitor: Visitor,
  oldPassword: string,
  newPassword = OTHER_PASSWORD,
): Promise<Answer> {
  return visitor.changePassword(oldPassword, newPassword);
}
