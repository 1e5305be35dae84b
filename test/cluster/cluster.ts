import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import type { AuthModuleOptions } from '../../src/index.js';
import type { FreshDatabase, TestDatabase } from '../support/databases.js';
import { Rows } from '../support/rows.js';
import type { RunningServer } from '../support/running-server.js';
import { startSample } from '../support/sample.js';
import { redisUrl } from '../throttle/stores.js';
import { Balancer } from './balancer.js';

export interface ClusterPlan {
  size: number;
  database: TestDatabase;
  throttle: AuthModuleOptions['throttle'];
}

/** Processes of the built sample behind a load balancer, on one fresh database and one Redis. */
export class Cluster {
  /** The processes, by their numbers. */
  readonly samples: RunningServer[] = [];
  private balancer: Balancer | undefined;
  // Of one run alone, so that nobody's counters are mixed up with these.
  private readonly keyPrefix = `sso_test_${randomBytes(8).toString('hex')}:`;

  private constructor(
    private readonly plan: ClusterPlan,
    private readonly fresh: FreshDatabase,
    /** The database, past all processes. */
    readonly direct: DataSource,
  ) {}

  static async start(plan: ClusterPlan): Promise<Cluster> {
    const fresh = await plan.database.create(true);
    const type = plan.database.name === 'PostgreSQL' ? 'postgres' : 'mariadb';
    const direct = await new DataSource({ type, url: fresh.url }).initialize();
    const cluster = new Cluster(plan, fresh, direct);
    try {
      // The first makes the tables and the super-user: nothing that four should do at once.
      cluster.samples.push(await cluster.sample());
      const others = Array.from({ length: plan.size - 1 }, () => cluster.sample());
      cluster.samples.push(...(await Promise.all(others)));
      cluster.balancer = await Balancer.before(cluster.samples);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Of the load balancer. */
  get url(): string {
    return this.balancer?.url ?? '';
  }

  /** Of each process. */
  get urls(): string[] {
    return this.samples.map(({ url }) => url);
  }

  get rows(): Rows {
    return new Rows(this.direct);
  }

  /** The processes that have answered the load balancer's requests while `work` ran. */
  async turnsOf(work: () => Promise<unknown>): Promise<number[]> {
    const turns = this.balancer?.turns ?? [];
    const before = turns.length;
    await work();
    return turns.slice(before);
  }

  /** Ends one process without a warning, and lets it stay away until {@link revive}. */
  async kill(number: number): Promise<void> {
    await this.samples[number]?.kill();
  }

  /** Starts a process anew in the place of the killed one. */
  async revive(number: number): Promise<void> {
    this.samples[number] = await this.sample();
  }

  /** Settles when PostgreSQL has done with what dead processes have sent. */
  async settled(): Promise<void> {
    const busy = `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`;
    while ((await this.direct.query<object[]>(busy)).length > 0) await sleep(20);
  }

  async close(): Promise<void> {
    await this.balancer?.close();
    await Promise.all(this.samples.map((sample) => sample.stop()));
    await this.direct.destroy();
    await this.fresh.drop();
    await this.forgetCounters();
  }

  private sample(): Promise<RunningServer> {
    const { throttle } = this.plan;
    return startSample({
      DATABASE_URL: this.fresh.url,
      REDIS_URL: throttle === false ? '' : this.redisUrl(),
      AUTH_SECRET: 'a secret of the tests that four processes share',
      SAMPLE_OPTIONS: JSON.stringify({ throttle, password: { bcryptRounds: 4 } }),
    });
  }

  private redisUrl(): string {
    const url = new URL(redisUrl);
    url.searchParams.set('keyPrefix', this.keyPrefix);
    return url.href;
  }

  private async forgetCounters(): Promise<void> {
    if (this.plan.throttle === false) return;
    const client = new Redis(redisUrl);
    const keys = await client.keys(`${this.keyPrefix}*`);
    if (keys.length > 0) await client.del(keys);
    client.disconnect();
  }
}
