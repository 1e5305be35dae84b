import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlite, type FreshDatabase } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients, Visitor } from '../support/visitor.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const main = join(root, 'sample/dist/main.js');

interface Sample {
  url: string;
  output: () => string;
  stop: () => Promise<void>;
}

describe('the sample', () => {
  let fresh: FreshDatabase;
  let sample: Sample;

  beforeAll(async () => {
    fresh = await sqlite.create(true);
    sample = await start(fresh);
  });
  afterAll(async () => {
    await sample?.stop();
    await fresh?.drop();
  });

  const visitor = (client?: (typeof clients)[number]) => new Visitor(sample.url, client);
  const password = () => /a password that is not shown again: (\S+)/.exec(sample.output())?.[1] ?? '';

  it('prints its address and, once, the password of the super-user it has made', async () => {
    expect(sample.output()).toContain(sample.url.replace('127.0.0.1', 'localhost'));
    expect(password().length).toBeGreaterThanOrEqual(16);
    const admin = visitor();
    expectDone(await admin.login({ username: 'admin', password: password() }), { to: '/' });
    expect((await admin.get('/users')).json.total).toBe(1);
    expect((await admin.page('/admin')).status).toBe(200);
  });

  it.each(clients)('is walked from registration to logout, by %s', async (client) => {
    const username = freshUsername();
    const person = visitor(client);
    expect((await person.page('/')).status).toBe(200);
    expectRefused(await person.get('/private'), 401, 'not_authenticated');
    const wish = await person.page('/private');
    expect([wish.status, wish.headers.location]).toEqual([303, '/login?next=%2Fprivate']);

    const passwords = { password: PASSWORD, confirm_password: PASSWORD };
    expectDone(await person.register({ username, ...passwords }), { to: '/login', status: 201 });
    expectDone(await person.login({ username, password: PASSWORD, next: '/private' }), { to: '/private' });
    expect((await person.get('/private')).json).toEqual({ username });
    const page = await person.page('/private');
    expect(page.status).toBe(200);
    expect(page.body).toContain(username);
    expectRefused(await person.get('/admin'), 403, 'super_user_required');

    expectDone(await person.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expectRefused(await person.get('/private'), 401, 'not_authenticated');
    expectRefused(await person.login({ username, password: PASSWORD }), 401, 'invalid_credentials');
    expectDone(await person.login({ username, password: OTHER_PASSWORD }), { to: '/' });
    expectDone(await person.logout(), { to: '/login' });
    expectRefused(await person.get('/private'), 401, 'not_authenticated');
  });

  it('has a service by which users change their own password', async () => {
    const username = freshUsername();
    const client = visitor();
    await client.register({ username, password: PASSWORD, confirm_password: PASSWORD });
    await client.login({ username, password: PASSWORD });
    const change = (old_password: string) =>
      client.api('POST', '/my-password', { old_password, new_password: OTHER_PASSWORD });
    expect((await change('not this one')).json.code).toBe('incorrect_password');
    expect((await change(PASSWORD)).json).toEqual({ message: 'password changed' });
    expect(client.cookies.get('id')).toBeUndefined();
    expect(await client.isSignedIn()).toBe(false);
    expectDone(await client.login({ username, password: OTHER_PASSWORD }), { to: '/' });
  });

  it('has a service by which a super-user gives a temporary password', async () => {
    const username = freshUsername();
    const client = visitor();
    await client.register({ username, password: PASSWORD, confirm_password: PASSWORD });
    await client.login({ username, password: PASSWORD });
    const { user_id } = (await client.get('/session')).json.user ?? { user_id: '' };
    const fields = { user_id, new_password: THIRD_PASSWORD };
    expectRefused(await client.api('POST', '/support/password', fields), 403, 'super_user_required');

    const admin = visitor();
    await admin.login({ username: 'admin', password: password() });
    expect((await admin.api('POST', '/support/password', fields)).json).toEqual({
      message: 'password changed',
    });

    expect(await client.isSignedIn()).toBe(false);
    const login = await client.login({ username, password: THIRD_PASSWORD });
    expect(login.json).toMatchObject({ password_change_required: true, password_about_to_expire: true });
    expectRefused(await client.get('/private'), 403, 'password_change_required');
  });

  it('tells whether it is healthy', async () => {
    expect((await visitor().get('/health')).status).toBe(200);
  });

  it('keeps its data over a restart, and prints no second password', async () => {
    const former = password();
    await sample.stop();
    sample = await start(fresh, { SAMPLE_OPTIONS: '{"login":{"redirectTo":"/private"}}' });
    expect(sample.output()).not.toMatch(/not shown again/);
    expectDone(await visitor().login({ username: 'admin', password: former }), { to: '/private' });
  });

  it('keeps people signed in who change their own password, where the options say so', async () => {
    await sample.stop();
    sample = await start(fresh, { SAMPLE_OPTIONS: '{"changePassword":{"keepCurrentSession":true}}' });
    const username = freshUsername();
    const client = visitor();
    await client.register({ username, password: PASSWORD, confirm_password: PASSWORD });
    await client.login({ username, password: PASSWORD });
    const stolen = client.twin();
    const fields = { old_password: PASSWORD, new_password: OTHER_PASSWORD };
    expect((await client.api('POST', '/my-password', fields)).json).toEqual({ message: 'password changed' });
    expect(await client.isSignedIn()).toBe(true);
    expect(await stolen.isSignedIn()).toBe(false);
  });
});

async function start(fresh: FreshDatabase, environment: Record<string, string> = {}): Promise<Sample> {
  const port = await freePort();
  const child = spawn(process.execPath, [main], {
    cwd: root,
    env: { ...process.env, NODE_ENV: '', PORT: String(port), DATABASE_URL: fresh.url, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The sample does not start: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, output: () => output, stop: () => stop(child) };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await new Visitor(url).get('/health')).status === 200;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
