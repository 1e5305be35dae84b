import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { AuthSettings } from './auth.settings.js';
import { Database } from './database/database.js';
import { missingSchema } from './database/missing-schema.js';
import { authEntitiesFor, authMigrations } from './auth.entities.js';
import type { SsoUserBase } from './user/sso-user.entity.js';
import { PARSERS } from './http/request.guard.js';
import { checkFieldTexts } from './page/user-fields.js';
import { refusedColumn } from './user/user.columns.js';
import { USER_ENTITY } from './user/user.tokens.js';

/** Columns of a new user that the host may not set. */
const RESERVED = /^(id|username|usernameKey|email|emailKey|emailVerifiedAt|displayNameKey|password.*)$/;

/** Values of TypeORM's `logging` with which it logs statements. */
const LOGS_STATEMENTS: ReadonlySet<string> = new Set(['all', 'query', 'error']);

/** The part of a layer of Express's router that is checked here. */
interface Layer {
  /** Absent for middleware. */
  route?: object;
  handle: (...args: never[]) => unknown;
}

/** Checks the set-up of the host, and stops the start with a message that says how to correct it. */
@Injectable()
export class AuthBoot implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger('AuthModule');

  constructor(
    private readonly modules: ModulesContainer,
    private readonly database: Database,
    private readonly settings: AuthSettings,
    @Inject(USER_ENTITY) private readonly userEntity: Type<SsoUserBase>,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    this.checkOnlyOne();
    this.checkEntities();
    this.checkUserDefaults();
    this.checkLogging();
    this.checkBodyParser();
    if (this.settings.password.expiry !== null) {
      this.logger.log(
        'Passwords expire by age (password.expiry). NIST SP 800-63B-4 and ASVS 6.2.10 advise against it.',
      );
    }
  }

  /** Checks the HTTP adapter before Nest registers the routes, because another adapter would fail with an unclear error. */
  checkAdapter(): void {
    const type = this.adapterHost.httpAdapter.getType();
    if (type === 'express') return;
    throw new Error(
      `AuthModule needs Express, but this application runs on "${type}". Install @nestjs/platform-express and create it ` +
        'without another adapter: NestFactory.create(AppModule).',
    );
  }

  /** Only for HTTP: the command line does not know the application's own texts. */
  checkTexts(): void {
    checkFieldTexts(this.userEntity, this.settings.messages);
  }

  /** Only logs what is missing, because a host may run its migrations in its own hooks, or later. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.database.run((manager) => this.checkSchema(manager));
    } catch {
      // The error has been logged, and the next request tries again.
    }
  }

  private async checkSchema(manager: EntityManager): Promise<void> {
    const missing = await missingSchema(manager, authEntitiesFor(this.userEntity), authMigrations);
    if (!missing) return;
    const remedy =
      missing.pending.length > 0
        ? `Run ${missing.pending.join(', ')}: \`npx nestjs-session-auth migrate\`, or \`migrationsRun: true\` beside ` +
          '`migrations: [...authMigrations]` in TypeOrmModule.forRoot(). See docs/database.md, "Migrations".'
        : 'All migrations of nestjs-session-auth have run; this needs one of your own.';
    this.logger.error(
      `The data source "${this.settings.dataSource}" lacks ${missing.parts.join(', ')}, so logins get a 503. ${remedy}`,
    );
  }

  private checkOnlyOne(): void {
    const count = [...this.modules.values()].filter((module) => module.providers.has(AuthBoot)).length;
    if (count > 1) {
      throw new Error(
        'AuthModule.forRoot() was called more than once in this application. Call it once, in the root module; ' +
          'other modules need no import, or only `imports: [AuthModule]`.',
      );
    }
  }

  private checkEntities(): void {
    const { dataSource } = this.database;
    const missing = authEntitiesFor(this.userEntity).filter((entity) => !dataSource.hasMetadata(entity));
    if (missing.length > 0) {
      throw new Error(
        `The data source "${this.settings.dataSource}" does not know ${missing.map(({ name }) => name).join(', ')}. ` +
          'Add `entities: [...authEntities]` (or `authEntitiesFor(YourUser)`) and `migrations: [...authMigrations]` ' +
          'to TypeOrmModule.forRoot().',
      );
    }
    const { givenTableName } = dataSource.getMetadata(this.userEntity);
    if (givenTableName !== 'sso_user') {
      throw new Error(
        `userEntity: ${this.userEntity.name} is mapped to the table "${givenTableName}". Declare it with @Entity('sso_user'): ` +
          'sessions and migrations refer to that table.',
      );
    }
  }

  private checkUserDefaults(): void {
    const { propertiesMap } = this.database.dataSource.getMetadata(this.userEntity);
    const columns = Object.keys(propertiesMap).filter((name) => !RESERVED.test(name));
    const wrong = refusedColumn(this.settings.options.register?.userDefaults ?? {}, columns);
    if (wrong !== null) throw new Error(`register.userDefaults: ${wrong}`);
  }

  /**
   * Requires a middleware. With `bodyParser: false` there may be a parser of any name, but without any middleware there is
   * none.
   */
  private checkBodyParser(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter?.getType() !== 'express') return;
    const { router } = httpAdapter.getInstance<{ router: { stack: Layer[] } }>();
    const middleware = router.stack.filter(({ route, handle }) => !route && !isOfNest(handle));
    if (middleware.length > 0) return;
    throw new Error(
      'AuthModule found no body parser, so nobody could log in. Remove `bodyParser: false` from ' +
        `NestFactory.create(), or bind parsers before app.listen(): ${PARSERS}.`,
    );
  }

  /** Warns if TypeORM logs statements, because its loggers include the parameters. */
  private checkLogging(): void {
    const { logging, logger, maxQueryExecutionTime } = this.database.dataSource.options;
    const levels = Array.isArray(logging) ? logging : [logging];
    const logsStatements =
      maxQueryExecutionTime || levels.some((level) => level === true || LOGS_STATEMENTS.has(String(level)));
    if (this.settings.production && logsStatements && typeof logger !== 'object') {
      this.logger.warn(
        'TypeORM logs statements with their parameters, including password hashes and email addresses. ' +
          'Turn off `logging` and `maxQueryExecutionTime`, or use the logger in docs/database.md.',
      );
    }
  }
}

/** Whether a layer handles errors, or calls the hooks of Nest's adapter. */
function isOfNest(handle: Layer['handle']): boolean {
  return handle.length > 3 || String(handle).includes('onResponseHook');
}
