// The guard that most write themselves: a table of sessions, and one findOne with its user for every request.
import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { parse } from 'cookie';
import type { Request } from 'express';
import { Column, DataSource, Entity, ManyToOne, PrimaryColumn, type Repository } from 'typeorm';
import type { Connection } from '../databases.js';
import { PeerUser } from './peer-user.entity.js';
import { type Greeting, greeting, nameOf } from './routes.js';
import { configuration, serve } from './serve.js';

const { connection } = configuration<{ connection: Connection }>();
const DAY = 86_400_000;

@Entity('sessions')
class Session {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  tokenHash!: string;

  @ManyToOne(() => PeerUser, { nullable: false, onDelete: 'CASCADE' })
  user!: PeerUser;

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;
}

type SignedInRequest = Request & { user?: PeerUser };

@Injectable()
class HandWrittenGuard implements CanActivate {
  constructor(@InjectRepository(Session) private readonly sessions: Repository<Session>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const { sid } = parse(request.headers.cookie ?? '');
    if (!sid) throw new UnauthorizedException();
    const session = await this.sessions.findOne({
      where: { tokenHash: hashOf(sid) },
      relations: { user: true },
    });
    if (!session || session.expiresAt <= new Date() || !session.user.isActive)
      throw new UnauthorizedException();
    request.user = session.user;
    return true;
  }
}

@Controller()
class Routes {
  @Get('open')
  open(): Greeting {
    return greeting(nameOf(0));
  }

  @Get('me')
  @UseGuards(HandWrittenGuard)
  me(@Req() request: SignedInRequest): Greeting {
    return greeting(request.user?.username ?? '');
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...connection, entities: [PeerUser, Session], synchronize: true }),
    TypeOrmModule.forFeature([Session]),
  ],
  controllers: [Routes],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
const { manager } = app.get(DataSource);

await serve(app, {
  seed,
  revoke: (cookie: string) => manager.delete(Session, { tokenHash: hashOf(cookie.slice('sid='.length)) }),
});

async function seed(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  const users = await manager.save(
    names.map((username) => manager.create(PeerUser, { username, email: null, passwordHash: '-' })),
  );
  const tokens = users.map(() => randomBytes(32).toString('base64url'));
  const expiresAt = new Date(Date.now() + DAY);
  await manager.insert(
    Session,
    users.map((user, index) => ({ tokenHash: hashOf(tokens[index] ?? ''), user, expiresAt })),
  );
  return tokens.map((token) => `sid=${token}`);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
