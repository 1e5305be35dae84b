import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { get, type IncomingMessage } from 'node:http';
import { filter, interval, map, type Observable, Subject, takeUntil } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type AuthenticatedSession, CurrentSession, type SessionsEnded, SignedIn } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';

/** As docs/ecosystem.md has it. */
@Controller('prices')
class PricesController {
  private readonly ended = new Subject<SessionsEnded>();

  @OnEvent('sso.sessions.ended')
  tell(event: SessionsEnded): void {
    this.ended.next(event);
  }

  @Sse()
  @SignedIn()
  prices(@CurrentSession() { id, user }: AuthenticatedSession): Observable<MessageEvent> {
    const isThis = ({ userId, sessionIds, exceptSessionId }: SessionsEnded): boolean =>
      userId === user.id && (sessionIds === null ? id !== exceptSessionId : sessionIds.includes(id));
    return interval(100).pipe(
      map((count) => ({ data: `price ${count}` })),
      takeUntil(this.ended.pipe(filter(isThis))),
    );
  }
}

describe('a stream as the docs have it', () => {
  const host = hosted({ imports: [EventEmitterModule.forRoot()], controllers: [PricesController] });

  /** A stream that has begun to send. */
  async function open(visitor: Visitor): Promise<IncomingMessage> {
    const headers = { cookie: visitor.cookies.header(), accept: 'text/event-stream' };
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${host.url}/prices`, { headers, agent: false }, resolve).on('error', reject);
    });
    await nextOf(stream);
    return stream;
  }

  const nextOf = (stream: IncomingMessage) =>
    new Promise((resolve, reject) =>
      stream.once('data', resolve).once('end', () => reject(new Error('ended'))),
    );

  const endOf = (stream: IncomingMessage) =>
    new Promise<boolean>((resolve) => stream.once('end', () => resolve(true)).resume());

  it.each<[string, (visitor: Visitor, id: string) => Promise<unknown>]>([
    ['logs out', (visitor) => visitor.logout()],
    ['changes the password', (visitor) => visitor.changePassword(PASSWORD, OTHER_PASSWORD)],
    ['is locked', (_, id) => host.service.lockUser(id, host.people.caller)],
    ['is signed out everywhere', (_, id) => host.service.revokeAllSessions(id, host.people.caller)],
  ])('ends when the person %s, and no other does', async (_, end) => {
    const [person, other] = [await host.people.person(), await host.people.person()];
    const visitor = await host.people.signIn(person);
    const [stream, others] = [await open(visitor), await open(await host.people.signIn(other))];
    const ended = endOf(stream);
    await end(visitor, person.id);
    expect(await ended).toBe(true);
    expect(String(await nextOf(others))).toContain('price');
    others.destroy();
  });
});
