import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { stand, type Stand } from './stand.js';

const MINUTE = 60_000;

itRunsOnEveryServer();

describe.each(servers)('the extension of a used session on $name', (server) => {
  let stage: Stand;

  beforeAll(async () => {
    stage = await stand(server);
  });
  afterAll(() => stage?.close());

  /** Somebody whose session is in its second half. */
  async function due() {
    const person = await stage.host.people.person();
    const visitor = await stage.host.people.signIn(person);
    const end = Date.now() + 10 * MINUTE;
    await stage.rows.update('sso_session', { user_id: person.id }, { expires_at: end });
    const isExtended = async () => Number((await stage.rows.sessionsOf(person.id))[0]?.expires_at) > end;
    return { person, visitor, isExtended };
  }

  it('is written after the lookup, in a transaction of its own', async () => {
    const { visitor, isExtended } = await due();
    stage.proxy.reset();
    expect((await visitor.get('/session')).status).toBe(200);
    await expect.poll(isExtended).toBe(true);
    expect(stage.proxy.statements).toHaveLength(4);
  });

  it.each([1, 2])('delays no answer, though the database hangs at its statement %i', async (at) => {
    const { visitor, isExtended } = await due();
    stage.proxy.freezeAt(at);
    try {
      expect((await visitor.get('/session')).status).toBe(200);
      await expect.poll(() => stage.proxy.statements.length).toBe(at + 1);
      expect(await isExtended()).toBe(false);
    } finally {
      stage.proxy.reset();
      stage.proxy.thaw();
    }
    await expect.poll(isExtended).toBe(true);
  });

  it.each([1, 2])('is made up for by the next request when it is lost at its statement %i', async (at) => {
    const { visitor, isExtended } = await due();
    stage.proxy.cutAt(at, 'before');
    expect((await visitor.get('/session')).status).toBe(200);
    await expect.poll(() => stage.host.log.takeErrors().length).toBe(1);
    stage.proxy.reset();
    await stage.settled();
    expect(await isExtended()).toBe(false);

    expect((await visitor.get('/session')).status).toBe(200);
    await expect.poll(isExtended).toBe(true);
  });

  it('T-41 resurrection: comes too late after a logout, and revives nothing', async () => {
    const { person, visitor, isExtended } = await due();
    const slow = visitor.twin();
    stage.proxy.freezeAt(2);
    try {
      expect((await slow.get('/private')).status).toBe(200);
      // The session is read, its new end on the way.
      await expect.poll(() => stage.proxy.statements.length).toBe(3);
      expect((await visitor.logout()).status).toBe(200);
    } finally {
      stage.proxy.reset();
      stage.proxy.thaw();
    }
    await stage.settled();
    expect(await isExtended()).toBe(false);
    expect(await stage.rows.sessionsOf(person.id)).toEqual([]);
    expect(await slow.isSignedIn()).toBe(false);
  });
});
