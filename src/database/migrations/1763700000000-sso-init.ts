import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableColumn,
  type TableColumnOptions,
  TableForeignKey,
  TableIndex,
} from 'typeorm';
import { dataSourceOf } from '../data-source-of.js';

type Column = Pick<TableColumnOptions, 'name' | 'isNullable'> & {
  type: 'uuid' | 'varchar' | 'int' | 'bigint' | 'boolean';
  length?: number;
};

interface Plan {
  name: string;
  columns: Column[];
  indexes?: { name: string; column: string; isUnique?: boolean }[];
  /** Name of the foreign key from `user_id` to the users. */
  userKey?: string;
}

const id: Column = { name: 'id', type: 'uuid' };
const userId: Column = { name: 'user_id', type: 'uuid' };
const text = (name: string, length: number): Column => ({ name, type: 'varchar', length });
const instant = (name: string): Column => ({ name, type: 'bigint' });
const flag = (name: string): Column => ({ name, type: 'boolean' });
const nullable = (column: Column): Column => ({ ...column, isNullable: true });

const TABLES: readonly Plan[] = [
  {
    name: 'sso_user',
    columns: [
      id,
      text('username', 128),
      text('username_key', 255),
      nullable(text('email', 254)),
      nullable(text('email_key', 255)),
      nullable(instant('email_verified_at')),
      nullable(text('display_name', 255)),
      nullable(text('display_name_key', 255)),
      nullable(text('first_name', 255)),
      nullable(text('last_name', 255)),
      nullable(text('password_hash', 255)),
      { name: 'password_version', type: 'int' },
      instant('password_last_set'),
      nullable(instant('password_expires_at')),
      flag('password_must_change'),
      flag('is_active'),
      flag('is_super_user'),
      flag('is_locked'),
      nullable(instant('locked_at')),
      nullable(text('locked_by', 128)),
      text('approval_status', 20),
      text('sign_up_status', 20),
      nullable(instant('last_login')),
      nullable(text('language', 35)),
      instant('created_at'),
      instant('updated_at'),
    ],
    indexes: [
      { name: 'uq_sso_user_username_key', column: 'username_key', isUnique: true },
      { name: 'uq_sso_user_email_key', column: 'email_key', isUnique: true },
    ],
  },
  {
    name: 'sso_session',
    columns: [
      id,
      text('token_hash', 64),
      userId,
      { name: 'password_version', type: 'int' },
      instant('created_at'),
      instant('last_seen_at'),
      instant('expires_at'),
      instant('max_expires_at'),
      instant('authenticated_at'),
      text('amr', 64),
      flag('remembered'),
      nullable(text('remote_address', 45)),
      nullable(text('user_agent', 255)),
    ],
    indexes: [
      { name: 'uq_sso_session_token_hash', column: 'token_hash', isUnique: true },
      { name: 'ix_sso_session_user_id', column: 'user_id' },
      { name: 'ix_sso_session_expires_at', column: 'expires_at' },
    ],
    userKey: 'fk_sso_session_user',
  },
  {
    name: 'sso_password_history',
    columns: [id, userId, text('password_hash', 255), instant('replaced_at')],
    indexes: [{ name: 'ix_sso_password_history_user_id', column: 'user_id' }],
    userKey: 'fk_sso_password_history_user',
  },
  {
    name: 'sso_audit_event',
    columns: [
      id,
      nullable(text('actor', 160)),
      nullable(text('target', 160)),
      text('action', 64),
      text('outcome', 16),
      nullable(text('code', 64)),
      nullable(text('detail', 255)),
      nullable(text('on_behalf', 160)),
      nullable(text('app', 128)),
      nullable(text('remote_address', 45)),
      nullable(text('user_agent', 255)),
      nullable(text('correlation_id', 128)),
      instant('at'),
    ],
    indexes: [
      { name: 'ix_sso_audit_event_target', column: 'target' },
      { name: 'ix_sso_audit_event_actor', column: 'actor' },
      { name: 'ix_sso_audit_event_remote_address', column: 'remote_address' },
      { name: 'ix_sso_audit_event_at', column: 'at' },
    ],
  },
];

/** Creates the module's tables, with the host's `entityPrefix`. A released migration never changes. */
export class SsoInit1763700000000 implements MigrationInterface {
  name = 'SsoInit1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const plan of TABLES) await runner.createTable(tableOf(plan, runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const plan of TABLES.toReversed()) await runner.dropTable(tableName(plan.name, runner));
  }
}

function tableOf(plan: Plan, runner: QueryRunner): Table {
  return new Table({
    name: tableName(plan.name, runner),
    columns: plan.columns.map((column) => columnOf(column, plan, runner)),
    indices: (plan.indexes ?? []).map(
      ({ name, column, isUnique = false }) => new TableIndex({ name, columnNames: [column], isUnique }),
    ),
    foreignKeys: plan.userKey
      ? [
          new TableForeignKey({
            name: plan.userKey,
            columnNames: [userId.name],
            referencedTableName: tableName('sso_user', runner),
            referencedColumnNames: [id.name],
            onDelete: 'CASCADE',
            // Without it, MariaDB reports RESTRICT, and TypeORM's schema builder would create the key again.
            onUpdate: 'NO ACTION',
          }),
        ]
      : [],
  });
}

function columnOf(column: Column, plan: Plan, runner: QueryRunner): TableColumn {
  const { driver } = dataSourceOf(runner);
  const isMysql = driver.options.type === 'mysql' || driver.options.type === 'mariadb';
  const type = driver.normalizeType({ type: column.type });
  return new TableColumn({
    name: column.name,
    type,
    length: column.length?.toString() ?? (type === 'varchar' && isMysql ? '36' : undefined),
    isNullable: column.isNullable ?? false,
    isPrimary: column.name === id.name,
    primaryKeyConstraintName: column.name === id.name ? `pk_${plan.name}` : undefined,
    // MySQL's default collations treat José and jose as equal: two accounts would be one.
    ...(isMysql && column.type === 'varchar' && { charset: 'utf8mb4', collation: 'utf8mb4_bin' }),
  });
}

function tableName(name: string, runner: QueryRunner): string {
  return `${dataSourceOf(runner).options.entityPrefix ?? ''}${name}`;
}
