import { SsoUserService } from '../../src/index.js';
import type { TestApplication } from '../support/application.js';
import { freshUsername, PASSWORD, type Person } from '../support/people.js';
import type { Answer, Client } from '../support/visitor.js';

/** How an attempt to set a password ended. */
interface Verdict {
  accepted: boolean;
  status: number;
  code: string | undefined;
  /** Whose password it was to be. */
  username: string;
}

/** One way in which a password comes into the database. */
export interface Door {
  name: string;
  /** A form cannot carry a lone surrogate: its bytes would not be UTF-8. */
  carriesAnything: boolean;
  set(password: string): Promise<Verdict>;
}

/** Every door there is, so that each rule can be tried at all of them. */
export function doorsOf(host: TestApplication): Door[] {
  const { people } = host;
  const byHttp = (username: string, answer: Answer): Verdict => ({
    accepted: answer.status < 400,
    status: answer.status,
    code: answer.json.code,
    username,
  });
  const byCall = async (username: string, call: () => Promise<unknown>): Promise<Verdict> => {
    try {
      await call();
      return { accepted: true, status: 200, code: undefined, username };
    } catch (error) {
      const { code, status } = refusal(error);
      return { accepted: false, status, code, username };
    }
  };
  const admin = async () => people.signIn(await people.superUser());
  const faced = (client: Client): Door[] => [
    {
      name: `POST /register by ${client}`,
      carriesAnything: client === 'json',
      async set(password) {
        const username = freshUsername();
        const fields = { username, password, confirm_password: password };
        return byHttp(username, await host.visitor(client).register(fields));
      },
    },
    {
      name: `POST /change-password by ${client}`,
      carriesAnything: client === 'json',
      async set(password) {
        const person = await people.person();
        const visitor = await people.signIn(person, client);
        return byHttp(person.username, await visitor.changePassword(PASSWORD, password));
      },
    },
    {
      name: `POST /login with new_password by ${client}`,
      carriesAnything: client === 'json',
      async set(password) {
        const { username } = await people.person();
        const fields = { username, password: PASSWORD, new_password: password };
        return byHttp(username, await host.visitor(client).login(fields));
      },
    },
  ];
  return [
    ...faced('form'),
    ...faced('json'),
    {
      name: 'POST /users',
      carriesAnything: true,
      async set(password) {
        const username = freshUsername();
        const fields = { username, password, auto_approve: true };
        return byHttp(username, await (await admin()).api('POST', '/users', fields));
      },
    },
    {
      name: 'POST /users/:id/password',
      carriesAnything: true,
      async set(password) {
        const { id, username } = await people.person();
        return byHttp(
          username,
          await (await admin()).api('POST', `/users/${id}/password`, { new_password: password }),
        );
      },
    },
    {
      name: 'SsoUserService.createUser',
      carriesAnything: true,
      set(password) {
        const username = freshUsername();
        const input = { username, password, autoApprove: true };
        return byCall(username, () => host.service.createUser(input, SsoUserService.system('tests')));
      },
    },
    {
      name: 'SsoUserService.signUp',
      carriesAnything: true,
      set(password) {
        const username = freshUsername();
        return byCall(username, () => host.service.signUp({ username, password }, {}));
      },
    },
    {
      name: 'SsoUserService.changePassword',
      carriesAnything: true,
      async set(password) {
        const person: Person = await people.person();
        const token = (await people.signIn(person)).cookies.get('id');
        const input = { oldPassword: PASSWORD, newPassword: password };
        return byCall(person.username, () => host.service.changePassword(input, { token }));
      },
    },
  ];
}

function refusal(error: unknown): { code: string; status: number } {
  if (
    error instanceof Error &&
    'code' in error &&
    'getStatus' in error &&
    typeof error.getStatus === 'function'
  ) {
    return { code: String(error.code), status: Number(error.getStatus()) };
  }
  throw error;
}
