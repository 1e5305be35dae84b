import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, textOf } from '../support/page.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, type Person } from '../support/people.js';
import { routesOf } from '../support/routes.js';
import type { Answer, Fields, Visitor } from '../support/visitor.js';
import { actionsIn } from './board.js';

/** What a super-user sends to a route about themselves, and what they get; absent = it succeeds. */
interface Attempt {
  fields?: Fields;
  refused?: [status: number, code: string];
  /** What changes of their row, but for `updated_at`. */
  changed?: string[];
}

const selfRefused: Attempt = { refused: [409, 'cannot_target_self'] };

const sessionUnknown: Attempt = { refused: [404, 'session_not_found'] };

const edits: Attempt[] = [
  { fields: { username: freshUsername() }, ...selfRefused },
  { fields: { email: freshEmail() }, ...selfRefused },
  { fields: { email: freshEmail(), display_name: 'Boss' }, ...selfRefused },
  { fields: { is_active: false }, ...selfRefused },
  { fields: { is_super_user: false }, ...selfRefused },
  { fields: { email_verified: true }, ...selfRefused },
  { fields: { must_change: true }, ...selfRefused },
  { fields: { password_expires_at: '2030-01-31T12:00:00Z' }, ...selfRefused },
  {
    fields: { display_name: 'Boss', first_name: 'Zoë', last_name: 'Berg' },
    changed: ['display_name', 'display_name_key', 'first_name', 'last_name'],
  },
  // What is so already is no change.
  { fields: { is_active: true, is_super_user: true, must_change: false } },
];

/** Every route below `/users/:id`, and how it answers a super-user who names themselves. */
const expected: Record<string, Attempt[]> = {
  'GET users/:id': [{}],
  'PATCH users/:id': edits,
  'POST users/:id': edits,
  'DELETE users/:id': [selfRefused],
  'GET users/:id/password': [selfRefused],
  // The own password takes the old one, which this route does not know.
  'POST users/:id/password': [
    { fields: { new_password: OTHER_PASSWORD }, refused: [422, 'missing_fields'] },
    { fields: { new_password: OTHER_PASSWORD, must_change: false }, refused: [422, 'missing_fields'] },
  ],
  'POST users/:id/password/generate': [selfRefused],
  // It leads back to the own page: nothing can have been generated.
  'GET users/:id/password/generate': [{}],
  'GET users/:id/delete': [selfRefused],
  'POST users/:id/delete': [selfRefused],
  'POST users/:id/lock': [selfRefused],
  'POST users/:id/unlock': [{}],
  'POST users/:id/approve': [{}],
  'POST users/:id/reject': [selfRefused],
  'GET users/:id/audit': [{}],
  'GET users/:id/sessions': [{}],
  'DELETE users/:id/sessions': [{}],
  'POST users/:id/sessions/revoke': [{}],
  // There is no session of this id.
  'DELETE users/:id/sessions/:session_id': [sessionUnknown],
  'POST users/:id/sessions/:session_id/revoke': [sessionUnknown],
};

describe.each(databases)('a super-user and their own account, on $name,', (database) => {
  const host = hosted({ database });

  it('have an answer to every route there is', () => {
    const ofUser = routesOf(host)
      .filter(({ path }) => path.startsWith('users/:'))
      .map(({ method, path }) => `${method} ${path}`);
    expect(ofUser.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  describe.each(Object.entries(expected))('%s', (route, attempts) => {
    const [method = '', path = ''] = route.split(' ');

    it.each(attempts)('as JSON, of %j', async (attempt) => {
      const { boss, admin } = await scene();
      for (const id of attempt.refused ? [boss.id, boss.id.toUpperCase()] : [boss.id]) {
        const before = await host.rows.user(boss.id);
        const answer = await admin.api(method, addressOf(id, path), attempt.fields);
        expectOutcome(answer, attempt, [200]);
        expect(await changed(boss, before)).toEqual(attempt.changed ?? []);
      }
    });

    // Forms can do no more.
    const forms = method === 'GET' || method === 'POST' ? attempts : [];
    it.each(forms)('as a form, of %j', async (attempt) => {
      const { boss, admin } = await scene();
      const before = await host.rows.user(boss.id);
      const address = addressOf(boss.id, path);
      const answer =
        method === 'GET'
          ? await admin.page(address)
          : await admin.post(address, { ...attempt.fields, ...(await admin.token('/users/new')) });
      expectOutcome(answer, attempt, [200, 303]);
      expect(await changed(boss, before)).toEqual(attempt.changed ?? []);
    });
  });

  it('the page of the own account offers nothing that would be refused, and says why', async () => {
    const { boss, admin } = await scene();
    const { body } = await admin.page(`/users/${boss.id}`);
    for (const name of ['display_name', 'first_name', 'last_name'])
      expect(inputIn(body, name), name).toBeDefined();
    for (const name of [
      'username',
      'email',
      'password_expires_at',
      'must_change',
      'is_active',
      'is_super_user',
    ])
      expect(inputIn(body, name), name).toBeUndefined();
    expect(body).toContain(boss.email);
    expect(actionsIn(body).at(-1)).toBe(`/users/${boss.id}/sessions/revoke`);
    expect(actionsIn(body)).toHaveLength(2);
    expect(body).not.toMatch(new RegExp(`/users/${boss.id}/(password|delete)"`));
    expect(body).toContain('href="/change-password"');
    expect(textOf(body)).toContain('or lock or delete it');
    const other = await host.people.person();
    expect(textOf((await admin.page(`/users/${other.id}`)).body)).not.toContain('your own account');
  });

  it('the e-mail address can be changed as anybody changes theirs', async () => {
    const { boss, admin } = await scene();
    const email = freshEmail();
    await host.service.updateCurrentUser({ email }, { token: admin.cookies.get('id') });
    expect(await host.rows.user(boss.id)).toMatchObject({ email });
  });

  async function scene(): Promise<{ boss: Person; admin: Visitor }> {
    const boss = await host.people.superUser();
    return { boss, admin: await host.people.signIn(boss, 'form') };
  }

  async function changed({ id }: Person, before: Record<string, unknown>): Promise<string[]> {
    const after = await host.rows.user(id);
    return Object.keys(after).filter((column) => column !== 'updated_at' && after[column] !== before[column]);
  }
});

function addressOf(id: string, path: string): string {
  return `/${path.replace(':id', id)}`;
}

function expectOutcome(answer: Answer, { refused }: Attempt, success: number[]): void {
  if (refused) expectRefused(answer, ...refused);
  else expect(success).toContain(answer.status);
}
