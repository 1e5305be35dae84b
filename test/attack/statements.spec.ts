import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { StatementLog } from '../support/statement-log.js';
import { stopTime } from '../throttle/guesses.js';
import { clients, type Answer, type Client, type Visitor } from '../support/visitor.js';

const WRONG = 'nobody has this one';
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
const WAITING = 64;

const SELECT = 'SELECT sso_user';
const INSERT = 'INSERT sso_audit_event';

interface Attempt {
  statements: string[];
  queries: string[];
}

let addresses = 0;
function freshAddress(): string {
  addresses += 1;
  return `203.0.${addresses >> 8}.${addresses % 256}`;
}

describe.each(databases)('what a login that fails asks of $name', (database) => {
  const log = new StatementLog();
  const host = hosted({
    database,
    dataSource: { logging: true, logger: log },
    options: { throttle: { account: { failures: 3, window: '1h', wait: '1m', maxWait: '1m' } } },
    configure: (app: NestExpressApplication) => app.set('trust proxy', true),
  });

  // Seconds that pass between two attempts would differ in `Retry-After`.
  beforeEach(stopTime);
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Names of one length: those that nobody has, and those of accounts in every state. */
  async function names(): Promise<string[]> {
    const found = [freshUsername(), freshUsername()].map((name) => name.padEnd(20, '-'));
    for (const columns of [{}, { is_locked: true }, { is_active: false }, { password_hash: null }]) {
      const { id, username } = await host.people.person({ username: freshUsername().padEnd(20, '-') });
      if (Object.keys(columns).length > 0) await host.rows.update('sso_user', { id }, columns);
      found.push(username);
    }
    return found;
  }

  async function send(visitor: Visitor, token: object, username: string, password: string): Promise<Answer> {
    const headers = { 'x-forwarded-for': freshAddress() };
    const fields = { username, password, ...token };
    return visitor.client === 'form'
      ? visitor.post('/login', fields, headers)
      : visitor.api('POST', '/login', fields, headers);
  }

  /** The statements of one login, word for word and in their order, and what a stranger sees of it. */
  async function attempt(client: Client, username: string, password: string): Promise<Attempt> {
    const visitor = host.visitor(client);
    const token = client === 'form' ? await visitor.token('/login') : {};
    let answer: Answer | undefined;
    const { statements, queries } = await log.during(async () => {
      answer = await send(visitor, token, username, password);
    });
    // TypeORM writes instants into the text for SQLite.
    const timeless = queries.map((query) => query.replace(/\b\d{13}\b/g, '{now}'));
    return { statements, queries: timeless, ...(answer && seen(answer, username)) };
  }

  it.each(clients)(
    'T-61 statements, by %s: the same for every name, wrong, over-long and waiting',
    async (client) => {
      const everybody = await names();
      const rounds: [password: string, status: number, statements: string[]][] = [
        [WRONG, 401, [SELECT, INSERT]],
        ['x'.repeat(300), 401, [SELECT, INSERT]],
        [WRONG, 401, [SELECT, INSERT]],
        // The first who is told to wait is recorded, the others are not.
        [WRONG, 429, [SELECT, INSERT]],
        [PASSWORD, 429, []],
      ];
      for (const [password, status, statements] of rounds) {
        const attempts: Attempt[] = [];
        for (const name of everybody) attempts.push(await attempt(client, name, password));
        for (const one of attempts) expect(one).toEqual({ ...attempts[0], status, statements });
      }
    },
  );

  it.each(clients)(
    'T-61 no room, by %s: is told, counted and recorded alike for every name',
    async (client) => {
      const strangers = await names();
      let open: () => void = () => undefined;
      const gate = new Promise<boolean>((resolve) => (open = () => resolve(false)));
      vi.spyOn(BcryptSha256Hasher.prototype, 'verify').mockReturnValue(gate);
      const refused: number[] = [];
      const filling = Array.from({ length: THREADS + WAITING + 5 }, async () => {
        const { status } = await send(host.visitor(), {}, freshUsername(), WRONG);
        if (status === 503) refused.push(status);
      });
      try {
        await expect.poll(() => refused).toHaveLength(5);
        for (const status of [503, 503, 503, 429, 429]) {
          const attempts: Attempt[] = [];
          for (const name of strangers) attempts.push(await attempt(client, name, PASSWORD));
          for (const one of attempts) expect(one).toEqual({ ...attempts[0], status });
        }
      } finally {
        open();
        await Promise.all(filling);
      }
    },
  );
});

/** All that a stranger can see, with what differs by chance taken out. */
function seen({ status, headers, body }: Answer, username: string): object {
  const { date: _, etag: __, 'set-cookie': cookies = [], ...rest } = headers;
  const bare = (text: string) =>
    text
      .replaceAll(username, '{name}')
      .replace(/[0-9a-f]{64}\.[0-9a-f]{64,}/g, '{csrf}')
      .replace(/csrf=[^;]+/g, 'csrf={csrf}');
  return { status, headers: rest, cookies: cookies.map(bare), body: bare(body) };
}
