import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../cli/program.js';
import type { FreshDatabase } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { startServer, type RunningServer } from '../support/running-server.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { clients, Visitor } from '../support/visitor.js';

const main = fileURLToPath(new URL('dist/main.js', import.meta.url));

itRunsOnEveryServer();

// The host of twelve files in `src/` and `logo.svg`, made from what the docs say, as `tsc -p test/shop` has compiled it.
describe.each(servers.filter(({ name }) => name === 'PostgreSQL'))('a bookshop on $name', (database) => {
  let fresh: FreshDatabase;
  let shop: RunningServer;
  let boss: Visitor;

  beforeAll(async () => {
    fresh = await database.create(true);
    const environment = {
      DATABASE_URL: fresh.url,
      AUTH_SECRET: 'a secret of the bookshop, longer than 32 characters',
    };
    shop = await startServer(main, 'Nest application successfully started', environment);
    const created = await call(['create-superuser', 'boss', '--password-stdin', '--no-must-change'], {
      stdin: PASSWORD,
      env: environment,
    });
    if (created.code !== 0) throw new Error(created.stderr);
    boss = new Visitor(shop.url);
    expectDone(await boss.login({ username: 'boss', password: PASSWORD }), { to: '/' });
  });
  afterAll(async () => {
    await shop?.stop();
    await fresh?.drop();
  });

  const visitor = (client?: (typeof clients)[number]) => new Visitor(shop.url, client);

  async function customer(fields: object = {}, client: (typeof clients)[number] = 'json') {
    const person = visitor(client);
    const username = freshUsername();
    const passwords = { password: PASSWORD, confirm_password: PASSWORD };
    const registered = await person.register({ username, ...passwords, ...fields });
    return { person, username, registered };
  }

  it('greets strangers, and lets them no further', async () => {
    const stranger = visitor();
    expect((await stranger.get('/')).body).toBe('Willkommen, Gast!');
    expectRefused(await stranger.get('/orders'), 401, 'not_authenticated');
    expect((await stranger.page('/orders')).headers.location).toBe('/login?next=%2Forders');
    expect((await stranger.api('POST', '/graphql', { query: '{ orders { id } }' })).body).toContain(
      'not_authenticated',
    );
  });

  it('shows its pages in German, with its name and its logo', async () => {
    const stranger = visitor('form');
    const { body } = await stranger.page('/login');
    expect(body).toContain('<html lang="de"');
    expect(body).toMatch(/<title>Anmelden – Buchladen<\/title>/);
    const logo = /<img src="(\/logo[^"]*)" alt="Buchladen">/.exec(body)?.[1] ?? '';
    expect((await stranger.get(logo, 'image/*')).headers['content-type']).toBe('image/svg+xml');
  });

  it.each(clients)('registers customers with their telephone number, by %s', async (client) => {
    const { person, username, registered } = await customer({ phone: '+49 30 1234567' }, client);
    expectDone(registered, { to: '/login', status: 201 });
    expectDone(await person.login({ username, password: PASSWORD }), { to: '/' });
    expect((await person.get('/')).body).toBe(`Willkommen, ${username}!`);
    const own = await person.get('/profile');
    expect(own.json).toMatchObject({ username, phone: '+49 30 1234567' });
    expect(own.body).not.toContain('remark');

    expect((await person.submit('/profile', { phone: '030 7654321' })).status).toBeLessThan(400);
    expect((await person.get('/profile')).json).toMatchObject({ phone: '030 7654321' });
  });

  it.each(clients)('says in German what is wrong with a number, by %s', async (client) => {
    const { registered } = await customer({ phone: 'none' }, client);
    expect(registered.status).toBe(422);
    expect(registered.errors.map(({ field }) => field)).toEqual(['phone']);
    expect(registered.body).toContain('Das ist keine Telefonnummer.');
  });

  it.each(clients)('lets nobody write the remark of super-users, by %s', async (client) => {
    const { registered } = await customer({ remark: 'pays late' }, client);
    expect(registered.status).toBe(422);
    const { person, username } = await customer({}, client);
    await person.login({ username, password: PASSWORD });
    expect((await person.submit('/profile', { remark: 'pays at once' })).status).toBe(422);
  });

  it('lets super-users see and write both columns', async () => {
    const { username } = await customer({ phone: '030 1111111' });
    const [found] = (await boss.get(`/users?q=${username}`)).json.users ?? [];
    const path = `/users/${found?.user_id}`;
    expect((await boss.api('PATCH', path, { remark: 'likes maps' })).status).toBe(200);
    expect((await boss.get(path)).json).toMatchObject({ phone: '030 1111111', remark: 'likes maps' });
    const { body } = await boss.page(path);
    for (const text of ['Telefon', '030 1111111', 'Bemerkung', 'likes maps']) expect(body).toContain(text);
  });

  it('takes orders, which only their owner finds, over HTTP and GraphQL', async () => {
    const [one, other] = [await customer(), await customer()];
    for (const { person, username } of [one, other]) await person.login({ username, password: PASSWORD });
    expect((await one.person.api('POST', '/orders', { article: 'an atlas' })).status).toBe(201);
    expect((await one.person.get('/orders')).json).toMatchObject([{ article: 'an atlas' }]);
    expect((await other.person.get('/orders')).json).toEqual([]);
    const query = { query: '{ orders { article } }' };
    expect((await one.person.api('POST', '/graphql', query)).json).toEqual({
      data: { orders: [{ article: 'an atlas' }] },
    });
    expectRefused(await one.person.get('/orders/revenue'), 403, 'super_user_required');
    expect((await boss.get('/orders/revenue')).status).toBe(200);
  });

  it('describes the columns in its OpenAPI document', async () => {
    const { body } = await visitor().get('/docs-json');
    expect(body).toContain('"phone"');
    expect(body).toContain('"/profile"');
  });
});
