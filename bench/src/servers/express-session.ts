// What the Nest documentation leads to: express-session and Passport's session, with connect-pg-simple as the store.
import 'reflect-metadata';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import bcrypt from 'bcrypt';
import connectPgSimple from 'connect-pg-simple';
import type { Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-local';
import pg from 'pg';
import { DataSource, type Repository } from 'typeorm';
import { type Connection, POOL_SIZE } from '../databases.js';
import { PASSWORD } from './password.js';
import { PeerUser } from './peer-user.entity.js';
import { type Greeting, greeting, nameOf } from './routes.js';
import { configuration, serve } from './serve.js';

const { connection } = configuration<{ connection: Extract<Connection, { url: string }> }>();
const WEEK = 7 * 86_400_000;

@Injectable()
class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(@InjectRepository(PeerUser) private readonly users: Repository<PeerUser>) {
    super();
  }

  async validate(username: string, password: string): Promise<PeerUser> {
    const user = await this.users.findOne({
      where: { username },
      select: { id: true, username: true, passwordHash: true },
    });
    if (!user || !(await bcrypt.compare(password, user.passwordHash))) throw new UnauthorizedException();
    return user;
  }
}

@Injectable()
class UserSerializer extends PassportSerializer {
  constructor(@InjectRepository(PeerUser) private readonly users: Repository<PeerUser>) {
    super();
  }

  serializeUser(user: PeerUser, done: (error: unknown, id: string) => void): void {
    done(null, user.id);
  }

  async deserializeUser(id: string, done: (error: unknown, user: PeerUser | null) => void): Promise<void> {
    done(null, await this.users.findOneBy({ id }));
  }
}

@Injectable()
class LocalLoginGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const isIn = Boolean(await super.canActivate(context));
    await super.logIn(context.switchToHttp().getRequest<Request>());
    return isIn;
  }
}

@Injectable()
class AuthenticatedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (!context.switchToHttp().getRequest<Request>().isAuthenticated()) throw new UnauthorizedException();
    return true;
  }
}

@Controller()
class Routes {
  @Get('open')
  open(): Greeting {
    return greeting(nameOf(0));
  }

  @Get('signed-in/me')
  @UseGuards(AuthenticatedGuard)
  me(@Req() { user }: { user: PeerUser }): Greeting {
    return greeting(user.username);
  }

  @Post('signed-in/login')
  @UseGuards(LocalLoginGuard)
  login(): object {
    return {};
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...connection, entities: [PeerUser], synchronize: true }),
    TypeOrmModule.forFeature([PeerUser]),
    PassportModule.register({ session: true }),
  ],
  controllers: [Routes],
  providers: [LocalStrategy, UserSerializer],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
const pool = new pg.Pool({ connectionString: connection.url, max: POOL_SIZE });
const store = new (connectPgSimple(session))({ pool, createTableIfMissing: true });
// Below one path, or the route without a guard would pay for it too.
app.use(
  '/signed-in',
  session({
    store,
    secret: 'a secret of the benchmark, longer than 32 characters',
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: WEEK, secure: 'auto' },
  }),
  passport.session(),
);

await serve(app, {
  seed,
  revoke: (cookie: string) =>
    new Promise<void>((resolve, reject) => {
      const sid = decodeURIComponent(cookie)
        .replace(/^connect\.sid=s:/, '')
        .replace(/\..*$/, '');
      store.destroy(sid, (error?: unknown) => (error ? reject(error) : resolve()));
    }),
});

async function seed(count: number): Promise<string[]> {
  const { manager } = app.get(DataSource);
  const passwordHash = await bcrypt.hash(PASSWORD, 4);
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  await manager.insert(
    PeerUser,
    names.map((username) => ({ username, email: null, passwordHash })),
  );
  const url = await app.getUrl();
  const cookies: string[] = [];
  for (const username of names) {
    const answer = await fetch(`${url}/signed-in/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (!answer.ok || !cookie) throw new Error(`${username} cannot log in: ${answer.status}`);
    cookies.push(cookie.split(';', 1)[0] ?? '');
  }
  return cookies;
}
