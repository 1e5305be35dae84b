import { textOf } from '../support/page.js';
import type { TestApplication } from '../support/application.js';
import type { Person } from '../support/people.js';
import type { Answer, Fields, Visitor } from '../support/visitor.js';

/** A super-user at a browser without JavaScript, and somebody to deal with. */
export interface Board {
  boss: Person;
  admin: Visitor;
  person: Person;
  /** The page of that somebody. */
  own: string;
  /** Sends a form as its page would. */
  send(path: string, fields?: Fields): Promise<Answer>;
}

export async function boardOf(host: TestApplication, given: object = {}): Promise<Board> {
  const boss = await host.people.superUser();
  const admin = await host.people.signIn(boss, 'form');
  const person = await host.people.person(given);
  return {
    boss,
    admin,
    person,
    own: `/users/${person.id}`,
    send: async (path, fields = {}) => admin.post(path, { ...fields, ...(await admin.token('/users/new')) }),
  };
}

/** Where the buttons of a page post to. */
export function actionsIn(html: string): string[] {
  return [...html.matchAll(/<form class="act" method="post" action="([^"]*)"/g)].map(([, to = '']) => to);
}

/** The names of the boxes that are ticked. */
export function ticksIn(html: string): string[] {
  return [...html.matchAll(/<input\b[^>]*type="checkbox"[^>]*>/g)]
    .filter(([tag]) => / checked\b/.test(tag))
    .map(([tag]) => / name="([^"]*)"/.exec(tag)?.[1] ?? '');
}

/** The password that a page shows once; '' where it shows none. */
export function generatedIn({ body }: Answer): string {
  return textOf(/<p class="generated" role="status">(.*?)<\/p>/s.exec(body)?.[1] ?? '');
}
