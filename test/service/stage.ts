import { AuthException, type ChangePasswordInput, type SsoCaller } from '../../src/index.js';
import type { TestApplication } from '../support/application.js';
import type { Person } from '../support/people.js';

export const NOBODY = '00000000-0000-7000-8000-000000000000';

/** The refusal of a call, as its code; what is no refusal fails the test. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AuthException) return error.code;
    throw error;
  }
  return 'done';
}

/** Who meets where a password is changed. */
export class Stage {
  constructor(private readonly host: TestApplication) {}

  async as(person: Person): Promise<SsoCaller> {
    return { token: (await this.host.people.signIn(person)).cookies.get('id') };
  }

  change(input: object, caller: SsoCaller): Promise<string> {
    return codeOf(this.host.service.changePassword(input as ChangePasswordInput, caller));
  }

  /** Somebody, somebody else and a super-user. */
  async scene() {
    const { people } = this.host;
    const [person, other, boss] = [await people.person(), await people.person(), await people.superUser()];
    return { person, other, boss, me: await this.as(person), admin: await this.as(boss) };
  }
}
