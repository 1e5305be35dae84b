import 'reflect-metadata';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { authEntities, SsoSession, SsoUser } from '../../src/index.js';

// instants.spec.ts runs this in a process of its own, with another TZ.

export interface Task {
  connection: TypeOrmModuleOptions;
  users: { id: string; lastLogin: string }[];
}

export interface Seen {
  zone: string;
  users: { passwordExpiresAt: string | undefined; sessionEndsAt: string; createdAt: string }[];
}

const task: Task = JSON.parse(process.env.TASK ?? '{}');
const options = { ...task.connection, entities: authEntities } as DataSourceOptions;
const dataSource = await new DataSource(options).initialize();
const users = dataSource.getRepository(SsoUser);
const seen: Seen = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, users: [] };

for (const { id, lastLogin } of task.users) {
  const { passwordExpiresAt, createdAt } = await users.findOneByOrFail({ id });
  const session = await dataSource.getRepository(SsoSession).findOneByOrFail({ userId: id });
  await users.update(id, { lastLogin: new Date(lastLogin) });
  seen.users.push({
    passwordExpiresAt: passwordExpiresAt?.toISOString(),
    sessionEndsAt: session.maxExpiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  });
}
await dataSource.destroy();

console.log(JSON.stringify(seen));
