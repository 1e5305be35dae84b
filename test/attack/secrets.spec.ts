import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LoginHooks, SsoSession, SsoUserService, type SsoAuditEvent } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import { Log } from '../support/log.js';
import { freshEmail, freshUsername } from '../support/people.js';
import { clients, Visitor, type Answer, type Client } from '../support/visitor.js';

const SECRET = 'marked-secret-of-the-application-1f3a5c7e9b';

/** Passwords with signs that HTML, URLs and JSON write in other ways. */
const marked = (name: string) => `marked "${name}" <plum> & 7 orchard's é`;

interface Seen {
  where: string;
  text: string;
}

/** All ways in which a text may be written down. */
function spellings(secret: string): string[] {
  const escaped = secret.replace(
    /[&<>"'`=]/g,
    (sign) => `&#x${sign.charCodeAt(0).toString(16).toUpperCase()};`,
  );
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    escaped,
    escaped
      .replaceAll('&#x26;', '&amp;')
      .replaceAll('&#x3C;', '&lt;')
      .replaceAll('&#x3E;', '&gt;')
      .replaceAll('&#x22;', '&quot;'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
    createHash('sha256').update(secret).digest('hex'),
    secret.normalize('NFD'),
  ];
}

function findings(seen: Seen[], secrets: Iterable<string>): string[] {
  const wanted = [...secrets].flatMap(spellings);
  return seen.flatMap(({ where, text }) =>
    wanted.filter((spelling) => text.includes(spelling)).map((spelling) => `${where}: ${spelling}`),
  );
}

describe('a walk through everything there is', () => {
  const passwords = new Set<string>();
  const generated = new Set<string>();
  const answers: { request: string; answer: Answer }[] = [];
  const told: Seen[] = [];
  const given: Seen[] = [];
  const tables: Seen[] = [];
  let host: TestApplication;

  const note = (list: Seen[], where: string, value: unknown) =>
    list.push({
      where,
      text:
        typeof value === 'string'
          ? value
          : `${inspect(value, { depth: 8, showHidden: true })} ${JSON.stringify(value)}`,
    });

  class Hooks extends LoginHooks {
    override preLogin = (...args: unknown[]) => void note(told, 'hook preLogin', args);
    override loginSuccess = (...args: unknown[]) => void note(told, 'hook loginSuccess', args);
    override loginFailure = (...args: unknown[]) => void note(told, 'hook loginFailure', args);
    override passwordChanged = (...args: unknown[]) => void note(told, 'hook passwordChanged', args);
    override registered = (...args: unknown[]) => void note(told, 'hook registered', args);
  }

  function password(name: string): string {
    const made = marked(`${name}-${passwords.size}`);
    passwords.add(made);
    return made;
  }

  beforeAll(async () => {
    for (const level of ['log', 'warn', 'error', 'fatal', 'debug', 'verbose'] as const) {
      vi.spyOn(Log.prototype, level).mockImplementation(
        (...message: unknown[]) => void note(told, `log ${level}`, message),
      );
    }
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      vi.spyOn(console, method).mockImplementation(
        (...message: unknown[]) => void note(told, `console ${method}`, message),
      );
    }
    const send = Visitor.prototype.send;
    vi.spyOn(Visitor.prototype, 'send').mockImplementation(async function (
      this: Visitor,
      method,
      path,
      sent,
    ) {
      const answer = await Reflect.apply(send, this, [method, path, sent]);
      answers.push({ request: `${method} ${path} ${this.client}`, answer });
      return answer;
    });
    host = await boot({
      options: {
        secret: SECRET,
        login: { hooks: Hooks },
        audit: { sinks: [{ record: (event: SsoAuditEvent) => void note(told, 'audit sink', event) }] },
        throttle: {
          account: { failures: 3, window: '1h', wait: '1m', maxWait: '1m' },
          loginsPerAddress: { attempts: 10_000, window: '1m' },
          oldPasswords: { attempts: 2, window: '1m' },
        },
        password: { bcryptRounds: 4, history: 3 },
      },
      providers: [Hooks],
    });
    await walk('form');
    await walk('json');
    await administer();
    await callTheService();
    await breakThings();
    for (const table of ['sso_user', 'sso_session', 'sso_password_history', 'sso_audit_event']) {
      for (const row of await host.rows.all(table)) tables.push({ where: table, text: JSON.stringify(row) });
    }
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    await host.close();
  });

  async function walk(client: Client): Promise<void> {
    const [username, first, second] = [freshUsername(), password('first'), password('second')];
    const visitor = host.visitor(client);
    for (const path of [
      '/login',
      '/register',
      '/logout',
      '/change-password',
      '/styles.css',
      '/private',
      '/nothing',
    ])
      await visitor.page(path);
    const fields = { username, email: freshEmail(), password: first, confirm_password: first };
    await visitor.register({ ...fields, confirm_password: password('unlike') });
    await visitor.register({ ...fields, password: `${password('null')}\0` });
    await visitor.register({ ...fields, email: 'none', extra: password('extra') });
    await visitor.register(fields);
    await visitor.register(fields);
    // Into the wrong field: the page keeps it, nothing else may.
    const slip = password('slip');
    await visitor.login({ username: slip, password: username });
    passwords.delete(slip);
    slips.add(slip);
    await visitor.login({ username, password: password('wrong') });
    await visitor.login({ username, password: first, new_password: 'short' });
    await visitor.login({ username, password: first, next: '/private?a=1' });
    await visitor.get('/session');
    await visitor.get('/sessions');
    await visitor.get('/admin');
    await visitor.post('/login', { username, password: first });
    await visitor.page('/private');
    await visitor.changePassword(password('wrong-old'), second);
    await visitor.changePassword(first, password('one'), password('two'));
    await visitor.changePassword(first, username);
    await visitor.changePassword(first, first);
    await visitor.changePassword(password('wrong-old'), second);
    await visitor.changePassword(first, second);
    const { id = '' } =
      (await host.rows.all('sso_user', { username })).map((row) => ({ id: String(row.id) }))[0] ?? {};
    await host.rows.update('sso_user', { id }, { password_must_change: true });
    await visitor.login({ username, password: second });
    await visitor.page('/private');
    const [third, fourth] = [password('third'), password('fourth')];
    await visitor.changePassword(second, fourth);
    await visitor.login({ username, password: fourth, new_password: third });
    await visitor.login({ username, password: third });
    await visitor.api('POST', '/sessions/revoke-others');
    await visitor.logout();
    await visitor.logout();
    for (let round = 0; round < 5; round += 1) await visitor.login({ username, password: password('guess') });
    await visitor.send('POST', '/login', {
      headers: { 'content-type': 'application/json' },
      body: `{"username":"${username}","password":${JSON.stringify(password('broken'))}`,
    });
    await visitor.send('POST', '/login', {
      headers: { 'content-type': 'text/plain' },
      body: password('plain'),
    });
  }

  async function administer(): Promise<void> {
    const boss = { username: freshUsername(), password: password('boss') };
    await host.service.createSuperUser(boss, host.people.caller);
    const admin = host.visitor();
    await admin.login(boss);
    const made = await admin.api('POST', '/users', { username: freshUsername(), auto_approve: true });
    generated.add(made.json.password ?? '');
    const id = made.json.user_id ?? '';
    const chosen = password('chosen');
    await admin.api('POST', '/users', { username: freshUsername(), password: chosen, auto_approve: true });
    await admin.api('POST', `/users/${id}/password`, { new_password: password('given') });
    await admin.api('POST', `/users/${id}/password`, { new_password: made.json.username });
    await admin.api('POST', `/users/${id}/password`, {
      old_password: chosen,
      new_password: password('given'),
    });
    for (const step of ['lock', 'unlock', 'reject', 'approve'])
      await admin.api('POST', `/users/${id}/${step}`);
    await admin.api('PATCH', `/users/${id}`, { display_name: 'Z', must_change: true, password_hash: chosen });
    for (const path of ['/users', `/users/${id}`, `/users/${id}/sessions`, `/users/${id}/audit`, '/admin'])
      await admin.get(path);
    await admin.api('DELETE', `/users/${id}/sessions`);
    await admin.api('DELETE', `/users/${id}`);
  }

  async function callTheService(): Promise<void> {
    const { service } = host;
    const username = freshUsername();
    const secret = password('service');
    const made = await service.createUser(
      { username, password: secret, autoApprove: true },
      host.people.caller,
    );
    const { token, device, ...login } = await service.login({ username, password: secret }, {});
    expect([typeof token, typeof device]).toEqual(['string', 'string']);
    tokens.add(token);
    note(given, 'service', [made, login]);
    const caller = { token };
    note(given, 'service', await service.getCurrentUser(caller));
    note(given, 'service', await service.getCurrentSession(caller));
    note(given, 'service', await service.listSessions(caller));
    note(given, 'service', await service.getUserById(made.user.id, host.people.caller));
    note(given, 'service', await service.searchUsers({}, host.people.caller));
    note(given, 'service', await service.listAuditEvents(made.user.id, {}, host.people.caller));
    note(given, 'service', await service.validatePassword(secret, { username: secret }));
    note(given, 'service', await service.updateCurrentUser({ displayName: 'Z' }, caller));
    for (const call of [
      () => service.login({ username, password: password('wrong') }, {}),
      () => service.changePassword({ oldPassword: password('wrong'), newPassword: secret }, caller),
      () => service.changePassword({ oldPassword: secret, newPassword: username }, caller),
      () =>
        service.changePassword(
          { oldPassword: secret, newPassword: password('x'), passwordExpiry: 0 },
          caller,
        ),
      () => service.signUp({ username, password: password('taken') }, {}),
      () => service.getCurrentUser({ token: `${token.slice(1)}A` }),
    ]) {
      const error: unknown = await call().then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(Error);
      note(given, 'exception', error);
    }
    const reset = await service.resetPassword(made.user.id, host.people.caller);
    generated.add(reset.password);
    note(given, 'service', reset.user);
    note(given, 'system caller', SsoUserService.system('tests'));
  }

  async function breakThings(): Promise<void> {
    const username = freshUsername();
    const secret = password('while-broken');
    await host.service.createUser({ username, password: secret, autoApprove: true }, host.people.caller);
    const insert = host.dataSource.manager.constructor.prototype as {
      insert: (...args: unknown[]) => unknown;
    };
    const original = insert.insert;
    for (const failure of [
      Object.assign(new Error(`INSERT INTO sso_session -- PARAMETERS ["${secret}"]`), {
        code: 'SQLITE_FULL',
      }),
      new TypeError(`cannot read ${'properties'} of undefined`),
    ]) {
      const spy = vi.spyOn(insert, 'insert').mockImplementation(function (this: unknown, ...args: unknown[]) {
        if (args[0] === SsoSession) throw failure;
        return Reflect.apply(original, this, args);
      });
      for (const client of clients) {
        const { status } = await host.visitor(client).login({ username, password: secret });
        expect(status).toBe('code' in failure ? 503 : 500);
      }
      spy.mockRestore();
    }
  }

  const tokens = new Set<string>();
  const slips = new Set<string>();

  /** Every answer without the cookies it sets. */
  function pages(): Seen[] {
    return answers.map(({ request, answer: { headers, body } }) => {
      const { 'set-cookie': _, ...rest } = headers;
      return { where: request, text: `${JSON.stringify(rest)} ${body}` };
    });
  }

  const cookies = (name: string) =>
    new Set(
      answers.flatMap(({ answer }) =>
        answer.setCookies.filter((c) => c.name === name && c.value !== '').map((c) => c.value),
      ),
    );

  it('T-57 went everywhere: it saw answers of every kind, log lines, hooks and audit rows', () => {
    const statuses = new Set(answers.map(({ answer }) => answer.status));
    for (const status of [200, 201, 303, 400, 401, 403, 404, 409, 415, 422, 429, 500, 503])
      expect(statuses).toContain(status);
    for (const where of [
      'log log',
      'log warn',
      'log error',
      'audit sink',
      'hook preLogin',
      'hook loginFailure',
      'hook passwordChanged',
      'hook registered',
    ])
      expect(told.map((seen) => seen.where)).toContain(where);
    expect(tables.filter(({ where }) => where === 'sso_audit_event').length).toBeGreaterThan(40);
    expect(passwords.size).toBeGreaterThan(30);
    expect(cookies('id').size).toBeGreaterThan(5);
    expect(cookies('device').size).toBeGreaterThan(5);
    expect(findings([{ where: 'itself', text: `a ${marked('x')} b` }], [marked('x')])).not.toEqual([]);
  });

  it('T-57 passwords: none is in an answer, a log line, a hook, an audit row or a table', () => {
    expect(findings([...pages(), ...told, ...given, ...tables], passwords)).toEqual([]);
    // Typed as a user name, a password is echoed on the page and told to the host's hooks, and no more.
    const recorded = [...told.filter(({ where }) => !where.startsWith('hook')), ...tables];
    expect(findings(recorded, slips)).toEqual([]);
  });

  it('T-57 passwords: one that was made up is given once, to whoever asked for it', () => {
    const holders = answers.filter(({ answer }) => [...generated].some((text) => answer.body.includes(text)));
    expect(holders.map(({ request }) => request)).toEqual(['POST /users json']);
    expect(findings([...told, ...given, ...tables], generated)).toEqual([]);
  });

  it('T-57 session tokens: only in the Set-Cookie that gives them', () => {
    for (const token of cookies('id')) tokens.add(token);
    expect(findings([...pages(), ...told, ...given], tokens)).toEqual([]);
    const raw = [...tokens];
    expect(tables.filter(({ text }) => raw.some((token) => text.includes(token)))).toEqual([]);
    for (const token of cookies('id'))
      expect(
        answers.filter(({ answer }) => answer.setCookies.some(({ value }) => value === token)),
      ).toHaveLength(1);
  });

  it('T-57 device cookies and the secret: nowhere but in their own cookie', () => {
    const devices = [...cookies('device')].flatMap((value) => [value, decodeURIComponent(value)]);
    expect(findings([...pages(), ...told, ...given, ...tables], [...devices, SECRET])).toEqual([]);
    expect(answers.filter(({ answer }) => JSON.stringify(answer.headers).includes(SECRET))).toEqual([]);
  });

  it('T-57 form tokens: only in the page that asks for them, and in their own cookie', () => {
    const csrf = [...cookies('csrf')].flatMap((value) => [value, decodeURIComponent(value)]);
    expect(csrf.length).toBeGreaterThan(5);
    expect(findings([...told, ...given, ...tables], csrf)).toEqual([]);
    for (const { answer } of answers) {
      const { 'set-cookie': _, ...headers } = answer.headers;
      expect(csrf.filter((token) => JSON.stringify(headers).includes(token))).toEqual([]);
      const around = answer.body
        .replaceAll(/<input type="hidden" name="csrf_token" value="[^"]*">/g, '')
        .replace(/"csrf_token":"[^"]*"/, '');
      expect(csrf.filter((token) => around.includes(token))).toEqual([]);
    }
  });

  it('T-57 hashes: none leaves the tables, whole or in part', async () => {
    const rows = [...(await host.rows.all('sso_user')), ...(await host.rows.all('sso_password_history'))];
    const hashes = rows.map((row) => String(row.password_hash));
    const digests = hashes.map((hash) => hash.slice(-31));
    const tokenHashes = (await host.rows.all('sso_session')).map((row) => String(row.token_hash));
    expect(hashes.length).toBeGreaterThan(6);
    const everything = [...pages(), ...told, ...given];
    expect(findings(everything, [...hashes, ...digests, ...tokenHashes])).toEqual([]);
    for (const { where, text } of everything)
      expect({
        where,
        found: /\$2[aby]\$|\$bcrypt|password_?hash"?:|token_?hash"?:/i.exec(text)?.[0],
      }).toEqual({ where, found: undefined });
    const recorded = tables.filter(({ where }) => where === 'sso_audit_event');
    expect(findings(recorded, [...hashes, ...tokenHashes])).toEqual([]);
  });
});
