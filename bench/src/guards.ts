import { Application, type Candidate } from './application.js';
import { type Database, mariadb, postgres, sqlite } from './databases.js';

/** One way to guard a route, and where its application has such a route. */
export interface Guard {
  name: string;
  path: string;
}

interface Guarded extends Candidate {
  guards: Guard[];
}

/** The one that the others are compared with, on PostgreSQL. */
export const OURS: Guard = { name: '`@SignedIn()`', path: '/me' };

const ours = (database: Database, ...more: Guard[]): Guarded => ({
  server: 'ours',
  database,
  guards: [OURS, ...more],
});

const peer = (server: string, name: string, path: string, configuration: object = {}): Guarded[] =>
  postgres ? [{ server, database: postgres, configuration, guards: [{ name, path }] }] : [];

/** The applications that are compared; a database that does not answer leaves its own out. */
export const candidates: readonly Guarded[] = [
  ours(sqlite),
  ...(postgres ? [ours(postgres, { name: '`SessionGuard` alone', path: '/guarded' })] : []),
  ...(mariadb ? [ours(mariadb)] : []),
  ...peer('hand-written', 'a guard by hand, TypeORM `findOne`', '/me'),
  ...peer('express-session', 'express-session, connect-pg-simple, Passport', '/signed-in/me'),
  ...peer('better-auth', 'Better Auth', '/me', { cookieCache: false }),
  ...peer('better-auth', 'Better Auth with its cookie cache', '/me', { cookieCache: true }),
];

/** A running application with people who are signed in. */
export class GuardedApplication {
  private constructor(
    readonly application: Application,
    readonly database: Database,
    readonly guards: Guard[],
    readonly cookies: string[],
  ) {}

  static async start(candidate: Guarded, sessions: number): Promise<GuardedApplication> {
    const application = await Application.start(candidate);
    try {
      const cookies = await application.server.ask<string[]>('seed', sessions);
      const guarded = new GuardedApplication(application, candidate.database, candidate.guards, cookies);
      for (const guard of candidate.guards) await guarded.check(guard);
      return guarded;
    } catch (error) {
      await application.stop();
      throw error;
    }
  }

  /** Ends a session on the server. @returns whether its cookie still opens the route */
  async outlivesRevocation(guard: Guard): Promise<boolean> {
    const cookie = this.cookies.pop();
    await this.application.server.ask('revoke', cookie);
    return (await this.get(guard, cookie)).ok;
  }

  /** A guard that let strangers in, or took everybody for the same person, would be fast. */
  private async check(guard: Guard): Promise<void> {
    const [one, other] = await Promise.all([0, 1].map((index) => this.get(guard, this.cookies[index])));
    const names = await Promise.all([one, other].map((answer) => answer?.text()));
    const stranger = await this.get(guard);
    if (!one?.ok || !other?.ok || names[0] === names[1] || ![401, 403].includes(stranger.status)) {
      throw new Error(`The guard of ${guard.name} does not guard: ${names.join(' ')}, ${stranger.status}`);
    }
  }

  private get({ path }: Guard, cookie?: string): Promise<Response> {
    return fetch(`${this.application.server.url}${path}`, cookie ? { headers: { cookie } } : {});
  }
}
