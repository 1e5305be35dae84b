import { Column, Entity, type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { authEntitiesFor, authMigrations, SsoUser, SsoUserBase } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';

/** Columns whose values every database says alike. */
@Entity('sso_user')
class PlainMember extends SsoUserBase {
  @Column({ type: 'varchar', length: 200, nullable: true }) motto!: string | null;
  @Column({ type: 'text', nullable: true }) letter!: string | null;
  @Column({ type: 'smallint', nullable: true }) level!: number | null;
  @Column({ type: 'int', nullable: true }) balance!: number | null;
  @Column({ type: Boolean, nullable: true }) vip!: boolean | null;
  @Column({ type: 'simple-enum', enum: ['red', 'blue'], nullable: true }) team!: 'red' | 'blue' | null;
  @Column({ type: 'simple-json', nullable: true }) choices!: object | null;
  @Column({ type: 'simple-array', nullable: true }) tags!: string[] | null;
  @Column({ type: 'uuid', nullable: true }) tenant!: string | null;
}

/** Columns that JSON or a driver would change. */
@Entity('sso_user')
class RichMember extends SsoUserBase {
  @Column({ type: Date, nullable: true }) born!: Date | null;
  @Column({ type: 'date', nullable: true }) joined!: string | null;
  @Column({ type: 'bigint', nullable: true }) points!: string | number | null;
  @Column({ type: 'decimal', precision: 20, scale: 10, nullable: true }) credit!: string | number | null;
  @Column({ type: 'double precision', nullable: true }) weight!: number | null;
}

const PLAIN: Partial<PlainMember> = {
  motto: 'a "quote", a \\ and {x,NULL}; 日本 🦉 \u0001\u2028',
  letter: 'one\r\n\ttwo '.repeat(500),
  level: -32768,
  balance: -2147483648,
  vip: false,
  team: 'blue',
  choices: { null: null, list: [[1], ''] },
  tags: ['a', 'b c'],
  tenant: '0190a6e2-7b9c-7c0e-8f00-00000000002a',
};

const RICH: Partial<RichMember> = {
  born: new Date('1999-12-31T23:59:59.000Z'),
  joined: '2026-11-21',
  points: '9007199254740993',
  credit: '1234567890.0000000001',
  weight: 0.1 + 0.2,
};

describe.each(databases)("a signed-in user's columns on $name", (database) => {
  describe.each([
    { name: 'none of the host', entity: SsoUser, values: {} },
    { name: 'plain ones of the host', entity: PlainMember, values: PLAIN },
    { name: 'rich ones of the host', entity: RichMember, values: RICH },
  ])('with $name', ({ entity, values }) => {
    class AddHostColumns1863700000000 implements MigrationInterface {
      name = 'AddHostColumns1863700000000';

      async up(runner: QueryRunner): Promise<void> {
        await runner.addColumns('sso_user', hostColumns(runner));
      }

      async down(runner: QueryRunner): Promise<void> {
        await runner.dropColumns('sso_user', hostColumns(runner));
      }
    }

    const hostColumns = ({ connection: dataSource }: QueryRunner): TableColumn[] =>
      dataSource
        .getMetadata(entity)
        .columns.filter(({ propertyName }) => propertyName in values)
        .map(
          (column) =>
            new TableColumn({
              name: column.databaseName,
              type: dataSource.driver.normalizeType(column),
              length: dataSource.driver.getColumnLength(column),
              isNullable: true,
              ...(column.enum ? { enum: column.enum.map(String) } : {}),
              ...(column.precision ? { precision: column.precision } : {}),
              ...(column.scale ? { scale: column.scale } : {}),
            }),
        );

    const host = hosted({
      database,
      options: { userEntity: entity },
      dataSource: {
        entities: authEntitiesFor(entity),
        migrations: [...authMigrations, AddHostColumns1863700000000],
      },
    });

    it.each(['filled', 'empty'])('are those that TypeORM reads, %s', async (state) => {
      const person = await host.people.person();
      const { cookies } = await host.people.signIn(person);
      const members = host.dataSource.getRepository<SsoUserBase>(entity);
      if (state === 'filled' && Object.keys(values).length > 0) await members.update(person.id, values);
      const session = await host.service.getCurrentSession({ token: cookies.get('id') ?? '' });
      const user = await members.findOneByOrFail({ id: person.id });
      expect(session?.user).toBeInstanceOf(entity);
      expect(session?.user).toStrictEqual(user);
      if (state === 'filled' && values === PLAIN) expect(user).toMatchObject(values);
      const [row] = await host.rows.sessionsOf(person.id);
      const { createdAt, lastSeenAt, expiresAt, maxExpiresAt } = { ...session };
      expect([createdAt, lastSeenAt, expiresAt, maxExpiresAt].map(Number)).toEqual(
        ['created_at', 'last_seen_at', 'expires_at', 'max_expires_at'].map((name) => Number(row?.[name])),
      );
    });
  });
});
