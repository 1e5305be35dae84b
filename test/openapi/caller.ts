import fc from 'fast-check';
import type { TestApplication } from '../support/application.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { FORM_TYPE, HTML, JSON_TYPE, urlencoded, type Answer, type Visitor } from '../support/visitor.js';
import { allowedBy, bodiesFor, type Fields } from './arbitrary.js';
import type { Operation } from './document.js';

export const ROLES = ['nobody', 'a user', 'somebody who must change the password', 'a super-user'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody at the door, and what he may name in a call. */
export interface Actor {
  visitor: Visitor;
  /** Fields by which a call makes sense. */
  sense: Fields;
  ownSession: string | undefined;
  someoneElse: string;
  ownself: string;
}

/** One call of an operation, for better or worse. */
export interface Call {
  id: 'own session' | 'someone else' | 'oneself' | { text: string };
  query: Fields;
  body: unknown;
  /** Whether fields get the values that an actor would give them. */
  isSensible: boolean;
  /** Media type of the body; '' = there is none. */
  type: string;
  accept: string;
  origin: string;
  hasToken: boolean;
}

/** Somebody new in this role. */
export async function actorAs(
  role: Role,
  { people, rows, visitor: stranger }: TestApplication,
): Promise<Actor> {
  const person = await (role === 'a super-user' ? people.superUser() : people.person());
  const visitor = role === 'nobody' ? stranger() : await people.signIn(person);
  if (role === 'somebody who must change the password') {
    await rows.update('sso_user', { id: person.id }, { password_must_change: true });
  }
  const [session] = await rows.sessionsOf(person.id);
  const passwords = { password: PASSWORD, confirm_password: PASSWORD, old_password: PASSWORD };
  const next = { new_password: OTHER_PASSWORD, confirm_new_password: OTHER_PASSWORD, next: '/private' };
  return {
    visitor,
    sense: { username: freshUsername(), email: freshEmail(), ...passwords, ...next },
    ownSession: session && String(session.id),
    someoneElse: (await people.person()).id,
    ownself: person.id,
  };
}

/** Calls of an operation: as the document has it, with something spoilt, or with nonsense. */
export function callsOf({ parameters, requestBody }: Operation, url: string): fc.Arbitrary<Call> {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const schema = requestBody?.content[JSON_TYPE]?.schema ?? requestBody?.content[FORM_TYPE]?.schema;
  return fc.record<Call>({
    id: fc.oneof(
      fc.constantFrom('own session', 'someone else', 'oneself'),
      fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1 })).map((text) => ({ text })),
    ),
    query: fc.record(
      Object.fromEntries(query.map(({ name, schema: of }) => [name, fc.oneof(allowedBy(of), fc.string())])),
      { requiredKeys: [] },
    ),
    body: schema ? bodiesFor(schema) : fc.constant(undefined),
    isSensible: fc.boolean(),
    type: fc.constantFrom(JSON_TYPE, JSON_TYPE, FORM_TYPE, 'text/plain', 'application/xml', ''),
    accept: fc.constantFrom(JSON_TYPE, HTML, '*/*', 'image/png', ''),
    origin: fc.constantFrom('', '', url, 'https://evil.example'),
    hasToken: fc.boolean(),
  });
}

/** The call with which this actor gets somewhere. */
export function sensibleCall({ path, requestBody }: Operation): Call {
  const type = requestBody?.content[JSON_TYPE] ? JSON_TYPE : '';
  const whose = path.includes('{session_id}') ? 'oneself' : 'someone else';
  const id = path.startsWith('/sessions') ? 'own session' : whose;
  return { id, query: {}, body: {}, isSensible: true, type, accept: JSON_TYPE, origin: '', hasToken: false };
}

/** Makes the call; `json` is what was sent, where the operation takes JSON. */
export async function make(
  call: Call,
  { method, path, requestBody }: Operation,
  actor: Actor,
): Promise<{ answer: Answer; json: unknown }> {
  const { visitor } = actor;
  const sense = call.isSensible ? known(requestBody?.content[call.type]?.schema.properties, actor.sense) : {};
  const json = isFields(call.body) ? { ...call.body, ...sense } : call.body;
  const token = call.hasToken ? await visitor.token('/login') : {};
  const text = call.type === FORM_TYPE ? urlencoded({ ...texts(json), ...token }) : JSON.stringify(json);
  const isSent = requestBody !== undefined && call.type !== '' && text !== undefined;
  const headers = {
    ...(call.origin && { origin: call.origin }),
    ...(call.accept && { accept: call.accept }),
    ...(isSent && { 'content-type': call.type }),
  };
  const place = path.replace('{id}', idIn(call, actor)).replace('{session_id}', actor.ownSession ?? '-');
  const address = `${place}?${urlencoded(texts(call.query))}`;
  const answer = await visitor.send(method, address, { headers, ...(isSent && { body: text }) });
  const isJson = isSent && call.type === JSON_TYPE && requestBody.content[JSON_TYPE] !== undefined;
  return { answer, json: isJson ? JSON.parse(text) : undefined };
}

function idIn({ id }: Call, { ownSession = '-', someoneElse, ownself }: Actor): string {
  if (typeof id === 'string')
    return { 'own session': ownSession, 'someone else': someoneElse, oneself: ownself }[id];
  // Clients resolve dots themselves: it would be another route.
  return /^\.+$/.test(id.text) ? 'dots' : encodeURIComponent(wellFormed(id.text));
}

function known(properties: object = {}, sense: Fields): Fields {
  return Object.fromEntries(Object.entries(sense).filter(([name]) => name in properties));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What of it a form or a query string can carry. */
function texts(fields: unknown): Record<string, string> {
  const entries = isFields(fields) ? Object.entries(fields) : [];
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== undefined && value !== null && typeof value !== 'object')
      .map((pair) => pair.map((part) => wellFormed(String(part)))),
  );
}

/** A lone surrogate has no UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
