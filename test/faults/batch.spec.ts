import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceUnavailableException } from '../../src/index.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { stand, type Stand } from './stand.js';

itRunsOnEveryServer();

describe.each(servers)('session lookups that share a statement on $name', (server) => {
  let stage: Stand;

  beforeAll(async () => {
    stage = await stand(server);
  });
  afterAll(() => stage?.close());

  it('fail together when it fails, and nobody else with them', async () => {
    const { people, service } = stage.host;
    const visitors = await Promise.all(
      Array.from({ length: 4 }, async () => people.signIn(await people.person())),
    );
    const lookUp = (from: number, to: number) =>
      Promise.allSettled(
        visitors
          .slice(from, to)
          .map(({ cookies }) => service.getCurrentSession({ token: cookies.get('id') ?? '' })),
      );

    stage.proxy.freezeAt(0);
    const first = lookUp(0, 2);
    await expect.poll(() => stage.proxy.statements.length).toBe(1);
    // These wait until the statement in flight has come back.
    const second = lookUp(2, 4);
    stage.proxy.cutFrozen();
    for (const result of await first) {
      expect(result.status).toBe('rejected');
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ServiceUnavailableException);
    }
    expect((await second).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(stage.proxy.statements).toHaveLength(2);
    expect(stage.host.log.takeErrors()).toHaveLength(1);
  });
});
