import { SsoUserService, type SsoUser } from '../../src/index.js';
import { Visitor, type Client } from './visitor.js';

/** Passwords that no rule refuses. */
export const PASSWORD = 'plum orchard 42 lantern';
export const OTHER_PASSWORD = 'quiet harbour 91 violin';
export const THIRD_PASSWORD = 'seven copper 58 kettles';

export interface Person {
  id: string;
  username: string;
  email: string;
  password: string;
  user: SsoUser;
}

type NewUser = Parameters<SsoUserService['createUser']>[0];

let born = 0;

/** Makes users, and visitors who are signed in as them. */
export class People {
  readonly caller = SsoUserService.system('tests');

  constructor(
    private readonly url: string,
    private readonly service: SsoUserService,
  ) {}

  async person(given: Partial<NewUser> = {}): Promise<Person> {
    const { username = freshUsername(), password = PASSWORD } = given;
    const email = given.email ?? freshEmail();
    const { user } = await this.service.createUser(
      { autoApprove: true, ...given, username, email, password },
      this.caller,
    );
    return { id: user.id, username, email, password, user };
  }

  async superUser(): Promise<Person> {
    const username = freshUsername();
    const email = freshEmail();
    const { user } = await this.service.createSuperUser({ username, email, password: PASSWORD }, this.caller);
    return { id: user.id, username, email, password: PASSWORD, user };
  }

  /** A new session of the person, in a client of its own. */
  async signIn(
    { username, password }: Pick<Person, 'username' | 'password'>,
    client: Client = 'json',
  ): Promise<Visitor> {
    const visitor = new Visitor(this.url, client);
    const answer = await visitor.login({ username, password });
    if (answer.status !== (client === 'json' ? 200 : 303)) {
      throw new Error(`${username} cannot log in: ${answer.status} ${answer.message}`);
    }
    return visitor;
  }

  async canLogIn(username: string, password: string): Promise<boolean> {
    const { status, json } = await new Visitor(this.url).login({ username, password });
    if (status === 200 || (status === 401 && json.code === 'invalid_credentials')) return status === 200;
    throw new Error(`A login of ${username} answers ${status}: ${json.code}`);
  }
}

export function freshEmail(): string {
  born += 1;
  return `mail-${process.pid.toString(36)}-${born}@example.org`;
}

/** A name that nobody has, and that is no part of a password. */
export function freshUsername(): string {
  born += 1;
  return `zoe-${process.pid.toString(36)}-${born}`;
}
