import type { Type } from '@nestjs/common';
import { AfterLoad, Column, Entity } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { authEntitiesFor, type SsoUser, SsoUserBase } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import type { Person } from '../support/people.js';

const strict = (text: string | null): string | null => {
  if (text === 'unreadable') throw new Error('This motto is unreadable.');
  return text;
};

abstract class Choosy extends SsoUserBase {
  @Column({ type: 'simple-json', nullable: true }) choices!: { color: string } | null;
  @Column({ type: 'varchar', length: 20, nullable: true, transformer: { from: strict, to: strict } })
  motto!: string | null;
}

@Entity('sso_user')
class FastMember extends Choosy {}

@Entity('sso_user')
class LoadedMember extends Choosy {
  loaded?: boolean;
  @AfterLoad() onLoad(): void {
    this.loaded = true;
  }
}

const BROKEN = [{ choices: '{"color":' }, { motto: 'unreadable' }];

describe.each(databases)('a row of a user that cannot be read, on $name,', (database) => {
  describe.each([FastMember, LoadedMember])('as %o', (entity) => {
    const host = hosted({
      database,
      options: { userEntity: entity as Type<SsoUserBase> as Type<SsoUser> },
      dataSource: { entities: authEntitiesFor(entity), migrations: [], synchronize: true },
    });
    const tokenOf = async (person: Person): Promise<string> =>
      (await host.people.signIn(person)).cookies.get('id') ?? '';

    it.each(BROKEN)('fails its own requests and nobody else’s: %j', async (broken) => {
      const [bad, good, other] = await Promise.all([1, 2, 3].map(() => host.people.person()));
      if (!bad || !good || !other) throw new Error('Three were wanted.');
      const tokens = await Promise.all([good, bad, other, good, bad].map(tokenOf));
      await host.rows.update('sso_user', { id: bad.id }, broken);
      const answers = await Promise.allSettled(tokens.map((token) => host.service.getCurrentUser({ token })));
      expect(answers.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
        'rejected',
      ]);
      await host.rows.update('sso_user', { id: bad.id }, { choices: null, motto: null });
      expect((await host.service.getCurrentUser({ token: tokens[1] ?? '' })).id).toBe(bad.id);
    });

    it('is a 500 over HTTP for that user, while others are answered', async () => {
      const [bad, good] = [await host.people.person(), await host.people.person()];
      const [one, two] = [await host.people.signIn(bad), await host.people.signIn(good)];
      await host.rows.update('sso_user', { id: bad.id }, { motto: 'unreadable' });
      const answers = await Promise.all([one, two, one, two].map((visitor) => visitor.get('/session')));
      expect(answers.map(({ status }) => status)).toEqual([500, 200, 500, 200]);
      expect(answers[0]?.body).not.toContain('unreadable');
      expect(host.log.takeErrors().length).toBeGreaterThan(0);
    });

    it('holds its name still', async () => {
      const bad = await host.people.person();
      await host.rows.update('sso_user', { id: bad.id }, { motto: 'unreadable' });
      const { username, password } = bad;
      const answer = await host.visitor().register({ username, password, confirm_password: password });
      expect(answer.json.code).toBe('username_taken');
    });

    it('and requests at once of one session have a user each', async () => {
      const person = await host.people.person();
      const token = await tokenOf(person);
      await host.dataSource.getRepository(entity).update(person.id, { choices: { color: 'red' } });
      const users = await Promise.all([1, 2, 3].map(() => host.service.getCurrentUser({ token })));
      const [first, ...others] = users as unknown as Choosy[];
      if (!first?.choices) throw new Error('There is nothing to change.');
      first.choices.color = 'blue';
      first.isSuperUser = true;
      for (const user of others)
        expect(user).toMatchObject({ isSuperUser: false, choices: { color: 'red' } });
      const sessions = await Promise.all([1, 2].map(() => host.service.getCurrentSession({ token })));
      expect(sessions[0]?.user).not.toBe(sessions[1]?.user);
      expect(sessions[0]?.lastSeenAt).not.toBe(sessions[1]?.lastSeenAt);
    });
  });
});

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))(
  'values that the driver of $name gives as objects',
  (database) => {
    @Entity('sso_user')
    class RichMember extends SsoUserBase {
      @Column({ type: 'jsonb', nullable: true }) choices!: { color: string } | null;
      @Column({ type: 'timestamptz', nullable: true }) born!: Date | null;
      @Column({ type: 'bytea', nullable: true }) picture!: Buffer | null;
      @Column({ type: 'int', array: true, nullable: true }) numbers!: number[] | null;
    }

    const host = hosted({
      database,
      options: { userEntity: RichMember as Type<SsoUserBase> as Type<SsoUser> },
      dataSource: { entities: authEntitiesFor(RichMember), migrations: [], synchronize: true },
    });

    it('are of each request alone', async () => {
      const person = await host.people.person();
      const token = (await host.people.signIn(person)).cookies.get('id') ?? '';
      const members = host.dataSource.getRepository(RichMember);
      const values = { born: new Date(0), picture: Buffer.from([1]), numbers: [1] };
      await members.update(person.id, { ...values, choices: { color: 'red' } });
      const wanted = await members.findOneByOrFail({ id: person.id });
      const users = await Promise.all([1, 2, 3].map(() => host.service.getCurrentUser({ token })));
      const [first, ...others] = users as unknown as RichMember[];
      expect(first).toStrictEqual(wanted);
      if (first?.choices) first.choices.color = 'blue';
      first?.born?.setFullYear(2000);
      first?.picture?.fill(9);
      first?.numbers?.push(2);
      for (const other of others) expect(other).toStrictEqual(wanted);
    });
  },
);
