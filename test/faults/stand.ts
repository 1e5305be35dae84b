import { setTimeout } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { expect } from 'vitest';
import type { AuthModuleOptions } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import type { TestDatabase } from '../support/databases.js';
import { expectNoSessionCookie } from '../support/expectations.js';
import { Rows } from '../support/rows.js';
import type { Answer } from '../support/visitor.js';
import { Proxy } from './proxy.js';

/** Milliseconds after which MariaDB looks anew at its transactions, if nobody has asked for them meanwhile. */
const SNAPSHOT_AGE = 110;

/** An application that reaches its database through a proxy, and a way to the tables past it. */
export interface Stand {
  host: TestApplication;
  proxy: Proxy;
  rows: Rows;
  /** The database without the proxy. */
  direct: DataSource;
  /** Ends all connections at the server, as its administrator would. */
  terminate(): Promise<void>;
  /** Settles when the server has noticed every connection that was cut. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** @param extra what the host tells the driver's pool */
export async function stand(
  server: TestDatabase,
  extra: Record<string, unknown> = {},
  options: AuthModuleOptions = {},
): Promise<Stand> {
  const fresh = await server.create(true);
  const proxy = await Proxy.to(fresh.url);
  const type = server.name === 'PostgreSQL' ? 'postgres' : 'mariadb';
  const host = await boot({ fresh: { ...fresh, connection: { type, url: proxy.url, extra } }, options });
  const direct = await new DataSource({ type, url: fresh.url }).initialize();
  const connections =
    type === 'postgres'
      ? `SELECT pid AS id FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`
      : 'SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()';
  const openTransactions =
    type === 'postgres'
      ? `${connections} AND xact_start IS NOT NULL`
      : `${connections} AND id IN (SELECT trx_mysql_thread_id FROM information_schema.innodb_trx)`;
  return {
    host,
    proxy,
    rows: new Rows(direct),
    direct,
    async terminate() {
      for (const { id } of await direct.query(connections))
        await direct.query(type === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`);
    },
    async settled() {
      const read = async () => {
        if (type === 'mariadb') await setTimeout(SNAPSHOT_AGE);
        return direct.query(openTransactions);
      };
      await expect.poll(read, { interval: 5 }).toEqual([]);
    },
    async close() {
      await host.close();
      await direct.destroy();
      await proxy.stop();
      await fresh.drop();
    },
  };
}

const SAID = { service_unavailable: /temporarily unavailable/, outcome_unknown: /unclear whether/ };

/** 503 as page or JSON, without a session, and without a word of why. */
export function expectUnavailable(
  answer: Answer,
  when?: string,
  code: keyof typeof SAID = 'service_unavailable',
): void {
  expect(answer.status, when).toBe(503);
  if (answer.client === 'json') expect(answer.json.code, when).toBe(code);
  else expect(answer.message, when).toMatch(SAID[code]);
  expect(answer.body, when).not.toMatch(/sql|sso_|table|select|connect|ECONN|database|socket|timeout/i);
  expectNoSessionCookie(answer);
}
