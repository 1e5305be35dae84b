import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMemberColumns1795000000000 implements MigrationInterface {
  name = 'AddMemberColumns1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sso_user ADD COLUMN phone varchar(40)');
    await runner.query('ALTER TABLE sso_user ADD COLUMN remark varchar(200)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sso_user DROP COLUMN remark');
    await runner.query('ALTER TABLE sso_user DROP COLUMN phone');
  }
}

export class CreateOrders1795000000001 implements MigrationInterface {
  name = 'CreateOrders1795000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE shop_order (
      id serial PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES sso_user (id) ON DELETE CASCADE,
      article varchar(100) NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shop_order');
  }
}
