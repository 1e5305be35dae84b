import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Column, type ColumnOptions, Entity } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { authEntitiesFor, SsoUserBase, UserField, type UserFieldOptions } from '../../src/index.js';
import { boot, bootError } from '../support/application.js';
import { inputIn } from '../support/page.js';
import { clients } from '../support/visitor.js';
import { MESSAGES } from './customer.js';

type Decorate = PropertyDecorator;

const TEXT = { type: 'varchar', length: 40, nullable: true } as const;

/** An entity with decorators on its properties. */
function entityWith(properties: Record<string, Decorate[]>): new () => SsoUserBase {
  class Shopper extends SsoUserBase {}
  Entity('sso_user')(Shopper);
  for (const [name, decorators] of Object.entries(properties))
    for (const decorate of decorators) decorate(Shopper.prototype, name);
  return Shopper;
}

function errorOf(properties: Record<string, Decorate[]>): Promise<Error> {
  const userEntity = entityWith(properties);
  return bootError({
    options: { userEntity },
    dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
  });
}

const column = (options: ColumnOptions = TEXT): Decorate => Column(options);
const Slow = (): Decorate => (target, property) =>
  registerDecorator({
    name: 'isSlow',
    target: target.constructor,
    propertyName: String(property),
    async: true,
    validator: { validate: () => Promise.resolve(false) },
  });
const SlowUnsaid = (): Decorate => (target, property) =>
  registerDecorator({
    name: 'isSlow',
    target: target.constructor,
    propertyName: String(property),
    validator: { validate: async () => false },
  });

describe('a field that cannot be one', () => {
  it.each<[string, Record<string, Decorate[]>, string]>([
    [
      'no column',
      { phone: [UserField()] },
      '@UserField() on Shopper.phone: this is not a @Column() that is selected and can be written.',
    ],
    [
      'a property beside the column',
      { phoneNumber: [column()], phoneNumbr: [UserField()] },
      'this is not a @Column() that is selected and can be written. Did you mean phoneNumber?',
    ],
    [
      'a name that is nearly one of ours',
      { displayname: [UserField()] },
      'Shopper.displayname: this is not a @Column() that is selected and can be written. Did you mean displayName?',
    ],
    ...[
      'passwordHash',
      'isSuperUser',
      'isLocked',
      'approvalStatus',
      'email',
      'username',
      'id',
      'language',
    ].map((name): [string, Record<string, Decorate[]>, string] => [
      `our column ${name}`,
      { [name]: [UserField({ profile: true })] },
      `@UserField() on Shopper.${name}: nestjs-session-auth alone writes this column. Remove the decorator.`,
    ]),
    [
      'a column that is not selected',
      { phone: [UserField(), column({ ...TEXT, select: false })] },
      'this is not a @Column() that is selected and can be written.',
    ],
    ...(['simple-json', 'simple-array', 'bigint', 'decimal', Date] as const).map(
      (type): [string, Record<string, Decorate[]>, string] => [
        `a column of the type ${String(type === Date ? 'Date' : type)}`,
        { thing: [UserField(), column({ type: type as 'bigint', nullable: true })] },
        `a column of the type ${String(type === Date ? 'Date' : type)} cannot be a field. Use a text, a whole number, a float, a boolean or a date.`,
      ],
    ),
    [
      'a transformer that makes of it what nobody says',
      { thing: [UserField(), column({ ...TEXT, transformer: { to: String, from: Number } })] },
      'and say with @IsString(), @IsInt(), @IsNumber() or @IsBoolean() what its transformer makes of it.',
    ],
    [
      'an option that there is not',
      { phone: [UserField({ profil: true } as UserFieldOptions), column()] },
      '@UserField() on Shopper.phone: profil',
    ],
    [
      'an option of the wrong type',
      { phone: [UserField({ profile: 'yes' } as unknown as UserFieldOptions), column()] },
      'profile must be true or false, not "yes".',
    ],
    [
      'an enum of numbers, which the column holds as texts',
      {
        level: [UserField(), column({ type: 'simple-enum', enum: { Low: 0, High: 1, 0: 'Low', 1: 'High' } })],
      },
      '@UserField() on Shopper.level: its choices are not of the type string, which its column has.',
    ],
    [
      'texts to choose from for a number',
      { level: [UserField(), IsIn(['1', '2']), column({ type: 'int', nullable: true })] },
      'Shopper.level: its choices are not of the type number, which its column has.',
    ],
    [
      'a kind of text for a number',
      { age: [UserField({ input: 'tel' }), column({ type: 'int', nullable: true })] },
      'input is for texts, and this column is not one. Remove it.',
    ],
    [
      'a name with another meaning',
      { password: [UserField(), column()] },
      '@UserField() on Shopper.password: the field "password" has another meaning here, or is there twice.',
    ],
    [
      'a name with another meaning in JSON',
      { userId: [UserField(), column()] },
      'the field "user_id" has another',
    ],
    ['a name of the page', { shown: [UserField(), column()] }, 'the field "shown" has another meaning'],
    [
      'a name that is there twice',
      { postCode: [UserField(), column()], post_code: [UserField(), column({ ...TEXT, name: 'other' })] },
      'the field "post_code" has another meaning here, or is there twice.',
    ],
    [
      'a name that no form can have',
      { straße: [UserField(), column()] },
      '"straße" cannot be the name of a field.',
    ],
    [
      'a rule that waits',
      { phone: [UserField(), column(), Slow()] },
      'the rule "isSlow" is asynchronous, and would not be waited for.',
    ],
    [
      'a condition',
      { phone: [UserField(), column(), IsString(), ValidateIf(() => false)] },
      'a rule with a condition (@ValidateIf(), validateIf) cannot be checked.',
    ],
    ['an object', { phone: [UserField(), column(), ValidateNested()] }, 'objects and promises'],
    [
      'a text that is not there',
      { phone: [UserField({ label: 'own.phone' }), column()] },
      '@UserField() on Shopper.phone uses the text "own.phone", which is not in `messages`.',
    ],
    [
      'a text of a rule that is not there',
      { phone: [UserField(), column(), IsString({ message: 'own.phone_wrong' })] },
      'uses the text "own.phone_wrong", which is not in `messages`.',
    ],
  ])('stops the start: %s', async (_, properties, message) => {
    expect((await errorOf(properties)).message).toContain(message);
  });
});

describe('a field', () => {
  it('may have a transformer, where a rule says what it makes of the column', async () => {
    const cents = {
      to: (euros: number | null) => euros && String(euros),
      from: (text: string | null) => text && Number(text),
    };
    const userEntity = entityWith({
      credit: [
        UserField({ profile: true }),
        IsInt(),
        column({ ...TEXT, default: '0', nullable: false, transformer: cents }),
      ],
    });
    const host = await boot({
      options: { userEntity },
      dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
    });
    try {
      const visitor = await host.people.signIn(await host.people.person());
      expect((await visitor.api('POST', '/profile', { credit: 12 })).json).toMatchObject({ credit: 12 });
      expect((await visitor.api('POST', '/profile', { credit: 'x' })).status).toBe(422);
    } finally {
      await host.close();
    }
  });

  it.each<[ColumnOptions['type'], number[]]>([
    ['int', [2_000_000_000, -2_147_483_648, 0]],
    ['double precision', [1e-7, -2.5e-10, 1e21, 123_456_789_012_345_680_000, 0.1, 1e300]],
  ])('of the type %s takes from a form every number that the form shows', async (type, numbers) => {
    const money = column({ type, nullable: true });
    const userEntity = entityWith({ amount: [UserField({ profile: true }), money] });
    const host = await boot({
      options: { userEntity },
      dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
    });
    try {
      const visitor = await host.people.signIn(await host.people.person(), 'form');
      for (const number of numbers) {
        expect((await visitor.api('POST', '/profile', { amount: number })).json).toMatchObject({
          amount: number,
        });
        const shown = inputIn((await visitor.page('/profile')).body, 'amount');
        await visitor.api('POST', '/profile', { amount: null });
        expect((await visitor.submit('/profile', { amount: shown })).status).toBe(303);
        expect((await visitor.get('/profile')).json).toMatchObject({ amount: number });
      }
      for (const amount of ['1e', 'e5', '1e9999', '0x10', 'Infinity', ' 1', '1,5'])
        expect((await visitor.submit('/profile', { amount })).status).toBe(422);
    } finally {
      await host.close();
    }
  });

  it('is never written by a rule that waits and does not say so', async () => {
    const userEntity = entityWith({
      phone: [UserField({ profile: true }), IsOptional(), SlowUnsaid(), column()],
    });
    const host = await boot({
      options: { userEntity },
      dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
    });
    try {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      expect((await visitor.api('POST', '/profile', { phone: '1' })).status).toBe(500);
      expect(host.log.takeErrors().join()).toContain('phone: the rule "isSlow" is asynchronous');
      expect(await host.rows.user(person.id)).toMatchObject({ phone: null });
    } finally {
      await host.close();
    }
  });

  it('may be an empty text, where its column has one by default', async () => {
    const text = column({ type: 'varchar', length: 40, default: '' });
    const userEntity = entityWith({ nick: [UserField({ profile: true, register: true }), text] });
    const host = await boot({
      options: { userEntity },
      dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
    });
    try {
      const person = await host.people.person();
      for (const client of clients) {
        const visitor = await host.people.signIn(person, client);
        const done = client === 'form' ? 303 : 200;
        expect((await visitor.submit('/profile', { nick: '', first_name: 'Zoë' })).status).toBe(done);
        expect((await visitor.submit('/profile', { nick: 'Zo' })).status).toBe(done);
        expect((await visitor.submit('/profile', { nick: '' })).status).toBe(done);
        expect(await host.rows.user(person.id)).toMatchObject({ nick: '', first_name: 'Zoë' });
        expect((await visitor.api('POST', '/profile', { nick: null })).status).toBe(422);
      }
      const page = (await (await host.people.signIn(person)).page('/profile')).body;
      expect(/<input id="nick"[^>]*>/.exec(page)?.[0]).not.toContain('required');
    } finally {
      await host.close();
    }
  });

  it('says which of two rules of one kind is broken', async () => {
    const letter = Matches(/[a-z]/, { message: 'own.letter' });
    const digit = Matches(/\d/, { message: 'own.digit' });
    const userEntity = entityWith({
      nick: [UserField({ profile: true }), IsOptional(), letter, digit, column()],
    });
    const en = { 'own.letter': '{field} needs a letter.', 'own.digit': '{field} needs a digit.' };
    const host = await boot({
      options: { userEntity, language: 'en', messages: { en } },
      dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
    });
    try {
      const visitor = await host.people.signIn(await host.people.person());
      const saidOf = async (nick: string): Promise<unknown> =>
        (await visitor.api('POST', '/profile', { nick })).errors[0]?.message;
      expect(await saidOf('123')).toBe('nick needs a letter.');
      expect(await saidOf('abc')).toBe('nick needs a digit.');
      expect(await saidOf('abc123')).toBeUndefined();
    } finally {
      await host.close();
    }
  });

  it('may name texts in the languages that are there', async () => {
    const userEntity = entityWith({ phone: [UserField({ label: 'own.phone', profile: true }), column()] });
    const host = await boot({
      options: { userEntity, language: 'en', messages: { en: MESSAGES.en } },
      dataSource: { entities: authEntitiesFor(userEntity), synchronize: true },
    });
    try {
      const visitor = await host.people.signIn(await host.people.person());
      expect((await visitor.page('/profile')).body).toContain('Phone number');
    } finally {
      await host.close();
    }
  });
});
