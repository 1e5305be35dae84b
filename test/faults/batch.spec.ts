import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceUnavailableException } from '../../src/index.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { stand, type Stand } from './stand.js';

type Outcome = PromiseSettledResult<unknown>;

itRunsOnEveryServer();

describe.each(servers)('session lookups that share a statement on $name', (server) => {
  let stage: Stand;

  /** Has two people look up their sessions; the statement does not come back. */
  async function stuck(): Promise<{ first: Promise<Outcome[]>; second: () => Promise<Outcome[]> }> {
    const { people, service } = stage.host;
    const visitors = await Promise.all(
      Array.from({ length: 4 }, async () => people.signIn(await people.person())),
    );
    const lookUp = (from: number, to: number): Promise<Outcome[]> =>
      Promise.allSettled(
        visitors
          .slice(from, to)
          .map(({ cookies }) => service.getCurrentSession({ token: cookies.get('id') ?? '' })),
      );
    stage.proxy.freezeAt(0);
    const first = lookUp(0, 2);
    await expect.poll(() => stage.proxy.statements.length, { interval: 5 }).toBe(1);
    return { first, second: () => lookUp(2, 4) };
  }

  beforeAll(async () => {
    stage = await stand(server);
  });
  afterAll(() => stage?.close());

  it('fail together when it fails, and nobody else with them', async () => {
    const { first, second } = await stuck();
    // These wait until the statement in flight has come back.
    const others = second();
    stage.proxy.cutFrozen();
    for (const result of await first) {
      expect(result.status).toBe('rejected');
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ServiceUnavailableException);
    }
    expect((await others).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(stage.proxy.statements).toHaveLength(2);
    expect(stage.host.log.takeErrors()).toHaveLength(1);
  });

  it('do not wait for a connection that has died without a word', async () => {
    const { first, second } = await stuck();
    let isAnswered = false;
    void first.then(() => (isAnswered = true));
    expect((await second()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(stage.proxy.statements).toHaveLength(2);
    expect(isAnswered).toBe(false);

    stage.proxy.thaw();
    expect((await first).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });
});
