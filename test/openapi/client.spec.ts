import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import { JSON_TYPE } from '../support/visitor.js';
import { allowedBy } from './arbitrary.js';
import { actorAs, callsOf, make, ROLES, sensibleCall, type Actor, type Role } from './caller.js';
import { Contract, expectKept } from './contract.js';
import { documentOf, operationsOf, type Operation } from './document.js';

/** How often each role calls each operation. */
const CALLS = 10;

describe('a client made from the OpenAPI document', () => {
  const host = hosted();
  let operations: Operation[];
  let contract: Contract;
  beforeAll(() => {
    const document = documentOf(host.app);
    operations = operationsOf(document);
    contract = new Contract(document);
  });

  /** Who gets somewhere with an operation. */
  function roleFor({ tags, security }: Operation): Role {
    if (tags.includes('Auth users')) return 'a super-user';
    return security?.length === 0 ? 'nobody' : 'a user';
  }

  it('succeeds with each operation, as the document says', async () => {
    for (const operation of operations) {
      const actor = await actorAs(roleFor(operation), host);
      if (operation.name === 'POST /login')
        actor.sense['username'] = (await host.rows.user(actor.ownself)).username;
      const { answer } = await make(sensibleCall(operation), operation, actor);
      expectKept(contract, operation, answer);
      expect(String(answer.status), operation.name).toMatch(/^2/);
    }
  });

  it.each(ROLES)(
    'meets nothing that the document does not say, as %s',
    async (role) => {
      let actor: Actor | undefined;
      for (const operation of operations) {
        await fc.assert(
          fc.asyncProperty(callsOf(operation, host.url), async (call) => {
            actor ??= await actorAs(role, host);
            const { answer, json } = await make(call, operation, actor);
            expectKept(contract, operation, answer);
            if (json !== undefined && contract.forbids(operation, json))
              expect(answer.status).toBeGreaterThan(399);
            // What has changed something may have changed the actor.
            if (operation.method !== 'GET' && answer.status < 400) actor = undefined;
          }),
          { numRuns: CALLS },
        );
      }
    },
    60_000,
  );

  it('is never told that a body is wrong which the document allows', async () => {
    const codes = new Set<string | undefined>();
    for (const operation of operations) {
      const schema = operation.requestBody?.content[JSON_TYPE]?.schema;
      if (!schema) continue;
      await fc.assert(
        fc.asyncProperty(allowedBy(schema), async (body) => {
          const actor = await actorAs(roleFor(operation), host);
          const call = { ...sensibleCall(operation), body, isSensible: false };
          const { answer } = await make(call, operation, actor);
          codes.add(answer.json.code);
          expect(['missing_fields', 'invalid_field'], answer.body).not.toContain(answer.json.code);
        }),
        { numRuns: CALLS },
      );
    }
    expect(codes).toContain(undefined);
    expect(codes).toContain('invalid_credentials');
  });
});
