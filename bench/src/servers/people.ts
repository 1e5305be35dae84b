import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { SsoSession, SsoUser, SsoUserService } from 'nestjs-session-auth';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { PASSWORD } from './password.js';
import { nameOf } from './routes.js';

const HOUR = 3_600_000;
/** Rows of one statement: SQLite takes 32,766 parameters. */
const CHUNK = 1000;

/** Rows as the module writes them, but many at once; only the first password is hashed. */
export class People {
  private readonly dataSource: DataSource;
  private readonly service: SsoUserService;

  constructor(app: INestApplication) {
    this.dataSource = app.get(DataSource);
    this.service = app.get(SsoUserService);
  }

  /** @returns the user names */
  async users(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, (_, index) => nameOf(index));
    await this.service.createUser(
      { username: nameOf(0), password: PASSWORD, autoApprove: true },
      SsoUserService.system('bench'),
    );
    const first = await this.withHash().getOneOrFail();
    const others = names
      .slice(1)
      .map((name) => ({ ...first, id: randomUUID(), username: name, usernameKey: name }));
    await this.insert(SsoUser, others);
    return names;
  }

  /** Live sessions, evenly spread over all users. @returns their tokens */
  async sessions(count: number): Promise<string[]> {
    const users = await this.dataSource.manager.find(SsoUser, { select: { id: true } });
    const now = new Date();
    const tokens = Array.from({ length: count }, () => randomBytes(32).toString('base64url'));
    const rows = tokens.map((token, index) => ({
      id: randomUUID(),
      tokenHash: createHash('sha256').update(token).digest('hex'),
      userId: users[index % users.length]?.id ?? '',
      passwordVersion: 1,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + HOUR),
      maxExpiresAt: new Date(now.getTime() + 168 * HOUR),
      authenticatedAt: now,
      amr: 'pwd',
      remembered: false,
      remoteAddress: '192.0.2.1',
      userAgent: 'bench',
    }));
    await this.insert(SsoSession, rows);
    return tokens;
  }

  /** Writes into columns of a user, past the module. */
  async mark(username: string, columns: object): Promise<void> {
    if (Object.keys(columns).length > 0) await this.dataSource.manager.update(SsoUser, { username }, columns);
  }

  /** Rounds of the stored hashes. */
  async rounds(): Promise<number> {
    const { passwordHash } = await this.withHash().limit(1).getOneOrFail();
    return Number(/r=(\d+)/.exec(passwordHash ?? '')?.[1]);
  }

  /** Ends every session of whoever has this token, as a super-user would. */
  async revoke(token: string): Promise<void> {
    const tokenHash = createHash('sha256').update(token).digest('hex');
    const { userId } = await this.dataSource.manager.findOneByOrFail(SsoSession, { tokenHash });
    await this.service.revokeAllSessions(userId, SsoUserService.system('bench'));
  }

  private withHash(): SelectQueryBuilder<SsoUser> {
    return this.dataSource.manager.createQueryBuilder(SsoUser, 'user').addSelect('user.passwordHash');
  }

  private async insert<Row extends object>(entity: new () => Row, rows: object[]): Promise<void> {
    for (let from = 0; from < rows.length; from += CHUNK) {
      await this.dataSource.manager.insert(entity, rows.slice(from, from + CHUNK));
    }
  }
}
