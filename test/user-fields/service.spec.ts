import { describe, expect, it } from 'vitest';
import { InvalidFieldException, MissingFieldsException, SsoUserService } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { Contract } from '../openapi/contract.js';
import { documentOf, operationsOf } from '../openapi/document.js';
import { type Customer, shop } from './customer.js';

describe('the service, with fields of the host', () => {
  const { host, service, person } = shop();
  const system = SsoUserService.system('tests');

  it('takes them where it takes a user, with the types of the entity', async () => {
    const { user } = await service().createUser(
      { username: freshUsername(), company: 'ACME', plan: 'gold', age: 3, birthday: '2000-01-01' },
      system,
    );
    expect(user).toMatchObject({ company: 'ACME', plan: 'gold', age: 3, birthday: '2000-01-01' });
    const changed: Customer = await service().updateUserById(user.id, { aboutMe: 'x', age: null }, system);
    expect(changed).toMatchObject({ aboutMe: 'x', age: null, company: 'ACME' });
    const input = { username: freshUsername(), password: PASSWORD, company: 'Me & Co', phone: '1' };
    const registered = await service().signUp(input, {});
    expect(registered).toMatchObject({ company: 'Me & Co', phone: '1', plan: 'basic' });
    const visitor = await host.people.signIn({ ...input });
    const caller = { token: visitor.cookies.get('id') ?? '' };
    expect(await service().updateCurrentUser({ company: 'You & Co' }, caller)).toMatchObject({
      company: 'You & Co',
    });
  });

  it('refuses what is no field for the caller, and says what to the reader of a log', async () => {
    const customer = await person();
    const visitor = await host.people.signIn(customer);
    const caller = { token: visitor.cookies.get('id') ?? '' };
    const before = await host.rows.user(customer.id);
    for (const wrong of [{ discount: 1 }, { secretNote: 'x' }, { isSuperUser: true }, { passwordHash: 'x' }])
      await expect(service().updateCurrentUser(wrong, caller)).rejects.toThrow(InvalidFieldException);
    await expect(service().updateUserById(customer.id, { secretNote: 'x' }, system)).rejects.toThrow(
      'secretNote is not a known field.',
    );
    await expect(service().updateUserById(customer.id, { phone: 'x' }, system)).rejects.toThrow(
      'phone is not valid.',
    );
    await expect(service().createUser({ username: freshUsername() }, system)).rejects.toThrow(
      MissingFieldsException,
    );
    expect(await host.rows.user(customer.id)).toEqual(before);
  });

  it('has them in its types', () => {
    const misuse = async (users: SsoUserService<Customer>, plain: SsoUserService): Promise<void> => {
      // @ts-expect-error It is a text.
      await users.createUser({ username: 'a', company: 5 }, system);
      // @ts-expect-error There is no such column.
      await users.createUser({ username: 'a', compani: 'x' }, system);
      // @ts-expect-error It is not of the profile of everybody.
      await users.updateCurrentUser({ isSuperUser: true }, system);
      // @ts-expect-error This application has no columns of its own.
      await plain.createUser({ username: 'a', company: 'x' }, system);
    };
    expect(misuse).toBeInstanceOf(Function);
  });
});

describe('the OpenAPI document, with fields of the host', () => {
  const before = hosted();
  const { host, person, superUser } = shop();

  it('takes the place of one that another application of the process has had', async () => {
    expect(JSON.stringify(documentOf(host.app))).toContain('"company"');
    const path = JSON.stringify(documentOf(before.app).paths['/users/{id}/audit']);
    expect(path.match(/"name":"page"/g)).toHaveLength(1);
  });

  it('has them in bodies and answers, and keeps its word', async () => {
    const document = documentOf(host.app);
    const contract = new Contract(document);
    const operation = (name: string) => {
      const found = operationsOf(document).find((one) => one.name === name);
      if (!found) throw new Error(`There is no ${name}.`);
      return found;
    };
    const fieldsOf = (name: string): Record<string, unknown> =>
      operation(name).requestBody?.content['application/json']?.schema.properties ?? {};
    expect(Object.keys(fieldsOf('POST /register'))).toEqual(
      expect.arrayContaining(['company', 'phone', 'plan', 'newsletter', 'display_name']),
    );
    expect(fieldsOf('POST /register')).not.toHaveProperty('age');
    expect(fieldsOf('POST /profile')).toMatchObject({
      company: { type: 'string', minLength: 2, maxLength: 20 },
      phone: { type: 'string', nullable: true, maxLength: 40 },
      plan: { type: 'string', enum: ['basic', 'gold'] },
      newsletter: { type: 'boolean' },
      age: { type: 'integer', nullable: true, minimum: 1, maximum: 150 },
      birthday: { type: 'string', format: 'date', nullable: true },
    });
    expect(fieldsOf('POST /profile')).not.toHaveProperty('discount');
    expect(fieldsOf('PATCH /users/{id}')).toMatchObject({ discount: { type: 'number', nullable: true } });
    expect(fieldsOf('PATCH /users/{id}')).not.toHaveProperty('secret_note');
    const customer = await person({ age: 5 });
    const visitor = await host.people.signIn(customer);
    const admin = await host.people.signIn(await superUser());
    for (const [name, answer] of [
      ['GET /profile', await visitor.get('/profile')],
      ['POST /profile', await visitor.api('POST', '/profile', { birthday: '2000-01-01', newsletter: true })],
      ['GET /session', await visitor.get('/session')],
      ['GET /users/{id}', await admin.get(`/users/${customer.id}`)],
      ['PATCH /users/{id}', await admin.api('PATCH', `/users/${customer.id}`, { discount: 1.5 })],
      ['GET /users', await admin.get('/users')],
    ] as const) {
      expect(answer.status, name).toBe(200);
      expect(contract.faultsOf(operation(name), answer), name).toEqual([]);
    }
    expect(contract.forbids(operation('POST /profile'), { discount: 1 })).toBe(true);
    expect(
      contract.forbids(operation('POST /register'), { username: 'a', password: 'b', confirm_password: 'b' }),
    ).toBe(true);
  });
});
