import type { NestExpressApplication } from '@nestjs/platform-express';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { boot } from '../support/application.js';
import { overIoredis, overPg } from './stores.js';

// processes.spec.ts runs this in a process of its own: a host beside others.

export interface Neighbour {
  connection: TypeOrmModuleOptions;
  kind: 'redis' | 'postgres';
  /** Of the store. */
  url: string;
}

const { connection, kind, url }: Neighbour = JSON.parse(process.env.NEIGHBOUR ?? '{}');
const { store } = await (kind === 'redis' ? overIoredis : overPg)(url);
const host = await boot({
  fresh: { connection, url, drop: async () => undefined },
  options: { throttle: { store } },
  configure: (app: NestExpressApplication) => app.set('trust proxy', true),
});

console.log(JSON.stringify({ listening: host.url }));
