import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import {
  type DynamicModule,
  type INestApplicationContext,
  type LoggerService,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { UserNotFoundException } from '../user/user.exceptions.js';
import { AuthModule } from '../auth.module.js';
import type { AuthOptions } from '../auth.options.js';
import { type MissingSchema, missingSchema } from '../database/missing-schema.js';
import { authEntitiesFor, authMigrations } from '../auth.entities.js';
import { SessionSweeper } from '../session/session.sweeper.js';
import type { SsoCaller } from '../account/caller.js';
import { SsoUser, type SsoUserBase } from '../user/sso-user.entity.js';
import { SsoUserService } from '../account/sso-user.service.js';
import { UserStore } from '../user/user.store.js';
import type { Arguments } from './arguments.js';
import { CliError, Exit, messageOf, UsageError } from './errors.js';
import { exportsOf } from './modules.js';
import type { Output } from './output.js';

/** The module on the host's database, without HTTP: the same service, rules and audit. */
export class Application {
  readonly users: SsoUserService<SsoUserBase>;
  readonly sweeper: SessionSweeper;
  readonly caller: SsoCaller;
  private readonly store: UserStore;

  private constructor(
    private readonly context: INestApplicationContext,
    /** The class that the host has for the users. */
    readonly userEntity: Type<SsoUserBase>,
  ) {
    this.users = context.get<SsoUserService<SsoUserBase>>(SsoUserService, { strict: false });
    this.sweeper = context.get(SessionSweeper, { strict: false });
    this.store = context.get(UserStore, { strict: false });
    this.caller = SsoUserService.system(`cli:${osUser()}`);
  }

  /** @throws CliError */
  static async start(dataSource: DataSource, args: Arguments, output: Output): Promise<Application> {
    const userEntity = userEntityOf(dataSource);
    await checkSchema(dataSource, userEntity);
    const options = await optionsOf(args.text('options'));
    const root = rootModule(dataSource, userEntity, options);
    try {
      const context = await NestFactory.createApplicationContext(root, {
        logger: false,
        abortOnError: false,
      });
      context.useLogger(loggerTo(output));
      return new Application(context, userEntity);
    } catch (error) {
      throw new UsageError(messageOf(error), error);
    }
  }

  /** The user with that id, else with that name. @throws UserNotFoundException */
  async find(user: string): Promise<SsoUserBase> {
    const found = (await this.store.findById(user)) ?? (await this.store.findByUsername(user));
    if (!found) throw new UserNotFoundException();
    return found;
  }

  /** The names of the users among these ids. */
  usernamesOf(ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
    return this.store.usernamesOf(ids.flatMap((id) => id ?? []));
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

@Module({})
class RootModule {}

@Module({})
class DataSourceModule {}

function rootModule(
  dataSource: DataSource,
  userEntity: Type<SsoUserBase>,
  options: AuthOptions,
): DynamicModule {
  const none = { login: false, logout: false, changePassword: false, sessions: false };
  const token = getDataSourceToken();
  return {
    module: RootModule,
    imports: [
      {
        module: DataSourceModule,
        global: true,
        providers: [{ provide: token, useValue: dataSource }],
        exports: [token],
      },
      AuthModule.forRoot({
        ...options,
        // Nothing is signed here.
        secret: randomBytes(32).toString('base64url'),
        production: false,
        routes: none,
        userEntity,
        session: { sweepInterval: false },
        throttle: false,
      }),
    ],
  };
}

/** The class that the host has for the users. */
function userEntityOf({ entityMetadatas }: DataSource): Type<SsoUserBase> {
  const found = entityMetadatas.find(({ givenTableName }) => givenTableName === 'sso_user')?.target;
  return typeof found === 'function' ? (found as Type<SsoUserBase>) : SsoUser;
}

async function checkSchema(dataSource: DataSource, userEntity: Type<SsoUserBase>): Promise<void> {
  const entities = authEntitiesFor(userEntity);
  // Of an entity that is not known there, AuthModule says more.
  if (!entities.every((entity) => dataSource.hasMetadata(entity))) return;
  const missing = await findMissing(dataSource, entities);
  if (!missing) return;
  const remedy =
    missing.pending.length > 0 ? 'Run: nestjs-session-auth migrate' : 'Add a migration of your own for them.';
  throw new CliError(
    Exit.database,
    'not_migrated',
    `The database lacks ${missing.parts.join(', ')}. ${remedy}`,
  );
}

async function findMissing(dataSource: DataSource, entities: Type[]): Promise<MissingSchema | null> {
  const runner = dataSource.createQueryRunner();
  try {
    return await missingSchema(runner.manager, entities, authMigrations);
  } catch (error) {
    throw new CliError(Exit.database, 'database_unreachable', messageOf(error), error);
  } finally {
    await runner.release();
  }
}

/** What the host's options say of passwords and of the audit; the rest is of HTTP. */
async function optionsOf(file: string | undefined): Promise<AuthOptions> {
  if (file === undefined) return {};
  const exported = await exportsOf(file, 'options');
  const options: AuthOptions | undefined = Object(exported.get('authOptions'));
  if (!exported.has('authOptions')) throw new UsageError(`The options file ${file} must export authOptions.`);
  // The texts are those of its rules for passwords.
  return { password: options?.password, audit: options?.audit, messages: options?.messages };
}

/** Only what somebody has to know: the audit's own lines are for the log of a server. */
function loggerTo(output: Output): LoggerService {
  const nothing = (): void => undefined;
  const error = (message: unknown): void => output.note(String(message));
  return { log: nothing, warn: nothing, error, fatal: error };
}

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user id without a name.
    return String(process.getuid?.() ?? '');
  }
}
