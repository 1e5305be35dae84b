// Better Auth as its documentation sets it up, asked by a guard.
import 'reflect-metadata';
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
import type { NestExpressApplication } from '@nestjs/platform-express';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import type { Request } from 'express';
import pg from 'pg';
import { type Connection, POOL_SIZE } from '../databases.js';
import { PASSWORD } from './password.js';
import { type Greeting, greeting, nameOf } from './routes.js';
import { configuration, serve } from './serve.js';

const { connection, cookieCache } = configuration<{
  connection: Extract<Connection, { url: string }>;
  cookieCache: boolean;
}>();
const pool = new pg.Pool({ connectionString: connection.url, max: POOL_SIZE });

const auth = betterAuth({
  database: pool,
  baseURL: 'https://bench.example',
  secret: 'a secret of the benchmark, longer than 32 characters',
  logger: { disabled: true },
  telemetry: { enabled: false },
  // One statement instead of two for a session and its user.
  advanced: { database: { joins: true } },
  session: {
    // An hour instead of five minutes, or it would run out in the middle of the benchmark.
    cookieCache: { enabled: cookieCache, maxAge: 60 * 60 },
  },
  emailAndPassword: {
    enabled: true,
    // Signing up is not what is measured.
    password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
  },
});

type SignedInRequest = Request & { user?: { name: string } };

@Injectable()
class BetterAuthGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    if (!session) throw new UnauthorizedException();
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
  @UseGuards(BetterAuthGuard)
  me(@Req() request: SignedInRequest): Greeting {
    return greeting(request.user?.name ?? '');
  }
}

@Module({ controllers: [Routes] })
class AppModule {}

const { runMigrations } = await getMigrations(auth.options);
await runMigrations();

const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false, bodyParser: false });
app.use('/api/auth', toNodeHandler(auth));
app.useBodyParser('json');
app.useBodyParser('urlencoded', { extended: true });

await serve(app, {
  seed,
  revoke: async (cookie: string) => {
    await auth.api.signOut({ headers: new Headers({ cookie }) });
  },
});

async function seed(count: number): Promise<string[]> {
  const cookies: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = nameOf(index);
    const { headers } = await auth.api.signUpEmail({
      body: { name, email: `${name}@bench.example`, password: PASSWORD },
      returnHeaders: true,
    });
    cookies.push(
      headers
        .getSetCookie()
        .map((cookie) => cookie.split(';', 1)[0])
        .join('; '),
    );
  }
  return cookies;
}
