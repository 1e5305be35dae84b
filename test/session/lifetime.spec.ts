import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import type { Row } from '../support/rows.js';
import type { TestApplication } from '../support/application.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

async function signedIn(host: TestApplication) {
  const person = await host.people.person();
  const visitor = await host.people.signIn(person);
  const session = async (): Promise<Row> => {
    const [row] = await host.rows.sessionsOf(person.id);
    if (!row) throw new Error('The session is gone.');
    return row;
  };
  const move = (columns: Row) => host.rows.update('sso_session', { user_id: person.id }, columns);
  return { person, visitor, session, move };
}

/** No request waits for the writing: it may come after the answer. */
async function written(session: () => Promise<Row>, since: number): Promise<Row> {
  await expect.poll(async () => Number((await session()).last_seen_at)).toBeGreaterThanOrEqual(since);
  return session();
}

describe.each(databases)('the life of a session on $name', (database) => {
  const host = hosted({ database });

  it('ends when it was not used for an hour', async () => {
    const { visitor, move, session } = await signedIn(host);
    const start = Date.now();
    await move({ expires_at: start + 5000 });
    expect(await visitor.isSignedIn()).toBe(true);
    // Or the extension, still under way, would undo what makes the session old.
    await written(session, start);
    await move({ expires_at: Date.now() - 1 });
    for (const path of ['/session', '/private']) {
      expectRefused(await visitor.get(path), 401, 'not_authenticated');
    }
  });

  it('ends after seven days however much it is used', async () => {
    const { visitor, move } = await signedIn(host);
    await move({ expires_at: Date.now() + HOUR, max_expires_at: Date.now() - 1 });
    expectRefused(await visitor.get('/private'), 401, 'not_authenticated');
  });

  it('is not revived by a request that comes too late', async () => {
    const { visitor, move, session } = await signedIn(host);
    const expired = Date.now() - 1;
    await move({ expires_at: expired });
    await Promise.all([visitor.get('/private'), visitor.get('/session'), visitor.get('/private')]);
    expect((await session()).expires_at).toBe(expired);
  });

  it('is written nowhere while more than half of it remains', async () => {
    const { visitor, move, session } = await signedIn(host);
    await move({ expires_at: Date.now() + 31 * MINUTE, last_seen_at: Date.now() - 29 * MINUTE });
    const before = await session();
    for (let round = 0; round < 3; round += 1) expect(await visitor.isSignedIn()).toBe(true);
    expect(await session()).toEqual(before);
  });

  it('is extended once by use in its second half', async () => {
    const { visitor, move, session } = await signedIn(host);
    const start = Date.now();
    await move({ expires_at: start + 29 * MINUTE, last_seen_at: start - 31 * MINUTE });

    expect((await visitor.get('/private')).status).toBe(200);

    const extended = await written(session, start);
    expect(Number(extended.expires_at)).toBeGreaterThanOrEqual(start + HOUR);
    expect(Number(extended.expires_at)).toBeLessThanOrEqual(Date.now() + HOUR);
    for (let round = 0; round < 3; round += 1) await visitor.get('/private');
    expect(await session()).toEqual(extended);
  });

  it('is never extended past its last day', async () => {
    const { visitor, move, session } = await signedIn(host);
    const start = Date.now();
    const last = start + 20 * MINUTE;
    await move({ expires_at: start + 10 * MINUTE, max_expires_at: last });
    expect(await visitor.isSignedIn()).toBe(true);
    expect((await written(session, start)).expires_at).toBe(last);
  });

  it('knows when it was last used, to half an hour, also when nothing is left to extend', async () => {
    const { visitor, move, session } = await signedIn(host);
    const start = Date.now();
    const end = start + 20 * MINUTE;
    await move({ expires_at: end, max_expires_at: end, last_seen_at: start - 29 * MINUTE });
    expect(await visitor.isSignedIn()).toBe(true);
    expect((await session()).last_seen_at).toBe(start - 29 * MINUTE);
    await move({ last_seen_at: start - 31 * MINUTE });
    expect(await visitor.isSignedIn()).toBe(true);
    expect((await written(session, start)).expires_at).toBe(end);
  });

  it('is extended for everybody who is due, and for nobody else', async () => {
    const start = Date.now();
    const people = await Promise.all(Array.from({ length: 12 }, () => signedIn(host)));
    const due = { expires_at: start + 29 * MINUTE, last_seen_at: start - 31 * MINUTE };
    const unused = people.slice(10);
    const used = people.slice(0, 10);
    for (const { move } of people) await move(due);
    await Promise.all(used.flatMap(({ visitor }) => [visitor.get('/private'), visitor.get('/session')]));
    for (const { session } of used) {
      expect(Number((await written(session, start)).expires_at)).toBeGreaterThanOrEqual(start + HOUR);
    }
    for (const { session } of unused) expect(await session()).toMatchObject(due);
  });

  it('says its new end at once, before it is written', async () => {
    const { visitor, move, session } = await signedIn(host);
    const start = Date.now();
    await move({ expires_at: start + 10 * MINUTE });
    const told = Date.parse(String((await visitor.get('/session')).json.expires_at));
    expect((await written(session, start)).expires_at).toBe(told);
  });

  it('lasts as long as GET /session says', async () => {
    const { visitor, move } = await signedIn(host);
    const [expiresAt, maxExpiresAt] = [Date.now() + 45 * MINUTE, Date.now() + 3 * DAY];
    await move({ expires_at: expiresAt, max_expires_at: maxExpiresAt });
    expect((await visitor.get('/session')).json).toMatchObject({
      expires_at: new Date(expiresAt).toISOString(),
      max_expires_at: new Date(maxExpiresAt).toISOString(),
    });
  });
});

describe('a session with lifetimes of the host', () => {
  const host = hosted({ options: { session: { expiry: 120, maxExpiry: '2h', cookieName: 'sid' } } });

  it('takes seconds and words alike, and the name of its cookie', async () => {
    const before = Date.now();
    const person = await host.people.person();
    const visitor = host.visitor();
    const { setCookies } = await visitor.login({ username: person.username, password: person.password });
    const cookie = setCookies.find(({ name }) => name === 'sid');
    expect(cookie?.attributes['max-age']).toBe('7200');
    const [row] = await host.rows.sessionsOf(person.id);
    expect(Number(row?.expires_at) - before).toBeGreaterThanOrEqual(120_000);
    expect(Number(row?.expires_at) - Date.now()).toBeLessThanOrEqual(120_000);
    expect(Number(row?.max_expires_at) - Date.now()).toBeLessThanOrEqual(2 * HOUR);
  });
});

describe('a session that does not slide', () => {
  const host = hosted({ options: { session: { sliding: false } } });

  it('keeps its end', async () => {
    const { visitor, move, session } = await signedIn(host);
    const start = Date.now();
    const end = start + MINUTE;
    await move({ expires_at: end, last_seen_at: start - HOUR });
    expect(await visitor.isSignedIn()).toBe(true);
    expect((await written(session, start)).expires_at).toBe(end);
  });
});

describe.each(databases)('the sweeper on $name', (database) => {
  const host = hosted({ database, options: { session: { sweepInterval: '50ms' } } });

  it('deletes what has expired and nothing else', async () => {
    const living = await signedIn(host);
    const expired = await signedIn(host);
    const finished = await signedIn(host);
    await expired.move({ expires_at: Date.now() - 1 });
    await finished.move({ expires_at: Date.now() - 1, max_expires_at: Date.now() - 1 });

    for (const { person } of [expired, finished]) {
      await expect.poll(() => host.rows.sessionsOf(person.id)).toEqual([]);
    }

    expect(await living.visitor.isSignedIn()).toBe(true);
  });
});

describe('a sweeper that is switched off', () => {
  const host = hosted({ options: { session: { sweepInterval: false } } });

  it('leaves expired sessions where they are, and they are dead all the same', async () => {
    const { visitor, move, session } = await signedIn(host);
    await move({ expires_at: Date.now() - 1 });
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await session()).toBeDefined();
  });
});
