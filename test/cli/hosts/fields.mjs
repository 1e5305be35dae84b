// A host with fields of its own.
import { IsIn, Matches } from 'class-validator';
import { authEntitiesFor, SsoUserBase, UserField } from 'nestjs-session-auth';
import { Column, DataSource, Entity } from 'typeorm';

class Customer extends SsoUserBase {}
Entity('sso_user')(Customer);
const field = (property, options, column, ...rules) => {
  for (const decorate of [UserField(options), Column(column), ...rules])
    decorate(Customer.prototype, property);
};
field(
  'company',
  { label: 'own.company' },
  { type: 'varchar', length: 20, nullable: true },
  Matches(/^[A-Z]/),
);
field('plan', {}, { type: 'varchar', length: 10, default: 'basic' }, IsIn(['basic', 'gold']));
field('creditLimit', {}, { name: 'credit_limit', type: 'int', nullable: true });
field('newsletter', { profile: true }, { type: Boolean, default: false });

export const dataSource = new DataSource({
  type: 'better-sqlite3',
  database: process.env.HOST_FILE,
  entities: authEntitiesFor(Customer),
});
