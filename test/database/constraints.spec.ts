import { inspect } from 'node:util';
import { Column, Entity, Index, type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { authEntitiesFor, authMigrations, SsoUserBase } from '../../src/index.js';
import { piccolo } from '../support/foreign-hashes.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { boardOf } from '../users/board.js';

@Entity('sso_user')
class Member extends SsoUserBase {
  @Index('uq_member_badge', { unique: true })
  @Column({ name: 'member_badge', type: 'varchar', length: 20, nullable: true })
  badge!: string | null;
}

type Change = (runner: QueryRunner, type: string) => Promise<unknown>;

/** A migration of the host's, after those of the module. */
function migration(change: Change): new () => MigrationInterface {
  return class HostConstraint1863700000000 implements MigrationInterface {
    name = 'HostConstraint1863700000000';
    up = async (runner: QueryRunner): Promise<void> => {
      await change(runner, runner.connection.options.type);
    };
    down = async (): Promise<void> => undefined;
  };
}

const addBadge: Change = async (runner, type) => {
  const badge = new TableColumn({ name: 'member_badge', type: 'varchar', length: '20', isNullable: true });
  await runner.addColumn('sso_user', badge);
  await runner.query('CREATE UNIQUE INDEX uq_member_badge ON sso_user (member_badge)');
  await runner.query(
    type === 'better-sqlite3'
      ? `ALTER TABLE sso_user ADD COLUMN seal int CONSTRAINT ck_name CHECK (first_name <> 'forbidden')`
      : `ALTER TABLE sso_user ADD CONSTRAINT ck_name CHECK (first_name <> 'forbidden')`,
  );
  for (const statement of TRIGGERS[type] ?? []) await runner.query(statement);
};

/** Nobody's last name may be "vetoed". */
const TRIGGERS: Readonly<Record<string, string[]>> = {
  'better-sqlite3': [
    `CREATE TRIGGER veto BEFORE UPDATE ON sso_user WHEN NEW.last_name = 'vetoed' BEGIN SELECT RAISE(ABORT, 'vetoed'); END`,
  ],
  postgres: [
    `CREATE FUNCTION veto() RETURNS trigger AS $$ BEGIN
      IF NEW.last_name = 'vetoed' THEN RAISE EXCEPTION 'no %', NEW.email; END IF; RETURN NEW; END $$ LANGUAGE plpgsql`,
    `CREATE TRIGGER veto BEFORE UPDATE ON sso_user FOR EACH ROW EXECUTE FUNCTION veto()`,
  ],
  mariadb: [
    `CREATE TRIGGER veto BEFORE UPDATE ON sso_user FOR EACH ROW BEGIN
      IF NEW.last_name = 'vetoed' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'vetoed'; END IF; END`,
  ],
};

/** What no log and no error may hold. */
const LEAK = /\$bcrypt|\$2[aby]\$|@example\.org|INSERT INTO|UPDATE [`"]|parameters/;

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(databases)("constraints of the host's own on $name", (database) => {
  describe('on a column of the host', () => {
    const host = hosted({
      database,
      options: {
        userEntity: Member,
        register: { userDefaults: { approvalStatus: 'approved', badge: 'the only one' } as object },
      },
      dataSource: { entities: authEntitiesFor(Member), migrations: [...authMigrations, migration(addBadge)] },
    });
    const register = (client: (typeof clients)[number] = 'json') => {
      const fields = { username: freshUsername(), email: freshEmail() };
      return host.visitor(client).register({ ...fields, password: PASSWORD, confirm_password: PASSWORD });
    };

    it.each(clients)('a value that somebody has is a conflict with that column, by %s', async (client) => {
      await register();
      const before = host.log.lines.length;
      expectRefused(await register(client), 409, 'conflict', ['badge']);
      expect(host.log.lines.slice(before).join('\n')).not.toMatch(LEAK);
    });

    it('is an error without parameters, and without values that the database repeats', async () => {
      const badge = 'the only one';
      await register();
      const { id } = await host.people.person();
      const error = await errorOf(
        host.service.signUp({ username: freshUsername(), email: freshEmail(), password: PASSWORD }, {}),
      );
      expect(error).toMatchObject({ code: 'conflict', errors: [{ field: 'badge', code: 'conflict' }] });
      const printed = inspect(error, { depth: 20 });
      expect(printed).toContain('DatabaseError');
      expect(printed).toContain('user.store');
      expect(printed).not.toMatch(LEAK);
      expect(printed).not.toContain(badge);
      expect(await host.rows.user(id)).toMatchObject({ member_badge: null });
    });

    it('a check and a trigger are conflicts too, and nothing is written', async () => {
      const { admin, own, person, send } = await boardOf(host);
      const before = host.log.lines.length;
      expectRefused(await admin.api('PATCH', own, { first_name: 'forbidden' }), 409, 'conflict');
      expectRefused(await send(own, { first_name: 'forbidden' }), 409, 'conflict');
      expectRefused(await admin.api('PATCH', own, { last_name: 'vetoed' }), 409, 'conflict');
      expectRefused(await send(own, { last_name: 'vetoed' }), 409, 'conflict');
      expect(await host.rows.user(person.id)).toMatchObject({ first_name: null, last_name: null });
      expect(host.log.lines.slice(before).join('\n')).not.toMatch(LEAK);
    });

    it('refuse one user of an import, and the others come in', async () => {
      const passwordHash = await piccolo.make(PASSWORD);
      const good = { username: freshUsername(), passwordHash };
      const bad = { username: freshUsername(), firstName: 'forbidden', passwordHash };
      const last = { username: freshUsername(), passwordHash };
      const outcomes = await host.service.importUsers([good, bad, last], host.people.caller);
      expect(outcomes.map(({ status }) => status)).toEqual(['imported', 'refused', 'imported']);
      expect(outcomes[1]?.error?.code).toBe('conflict');
    });
  });

  describe('that a name must not be empty', () => {
    const change: Change = async (runner) => {
      const table = await runner.getTable('sso_user');
      const column = table?.findColumnByName('email');
      if (!table || !column) throw new Error('There is no e-mail address.');
      const required = column.clone();
      required.isNullable = false;
      await runner.changeColumn(table, column, required);
    };
    const host = hosted({
      database,
      dataSource: { migrations: [...authMigrations, migration(change)] },
    });

    it.each(clients)('make a conflict of an e-mail address that is left out, by %s', async (client) => {
      const fields = { username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD };
      expectRefused(await host.visitor(client).register(fields), 409, 'conflict', ['email']);
      const email = freshEmail();
      expect((await host.visitor().register({ ...fields, email })).status).toBe(201);
    });
  });

  describe('that a column has a value, and no default', () => {
    const change: Change = (runner) =>
      runner.addColumn(
        'sso_user',
        new TableColumn({ name: 'shoe_size', type: 'varchar', length: '9', isNullable: false }),
      );
    const host = hosted({
      database,
      dataSource: { migrations: [...authMigrations, migration(change)] },
    });

    it.each(clients)('are a 500 whose log names the column and nothing else, by %s', async (client) => {
      const fields = { username: freshUsername(), email: freshEmail() };
      const passwords = { password: PASSWORD, confirm_password: PASSWORD };
      const answer = await host.visitor(client).register({ ...fields, ...passwords });
      expect(answer.status).toBe(500);
      expect(answer.body).not.toMatch(LEAK);
      const log = host.log.takeErrors().join('\n');
      expect(log).toContain('The column sso_user.shoe_size is NOT NULL');
      expect(log).not.toMatch(LEAK);
    });
  });

  describe('on a statement that fails for another reason', () => {
    const host = hosted({ database });

    it('are no reason to log what it holds, nor to keep it as a cause', async () => {
      await host.dataSource.query('ALTER TABLE sso_user RENAME TO elsewhere');
      const error = await errorOf(
        host.service.signUp({ username: freshUsername(), email: freshEmail(), password: PASSWORD }, {}),
      );
      await host.dataSource.query('ALTER TABLE elsewhere RENAME TO sso_user');
      expect(error).toMatchObject({ code: 'service_unavailable' });
      expect(inspect(error, { depth: 20 })).toContain('DatabaseError');
      expect(inspect(error, { depth: 20 })).not.toMatch(/@example\.org|SELECT|zoe-/);
      expect(host.log.takeErrors()).toHaveLength(1);
    });
  });
});
