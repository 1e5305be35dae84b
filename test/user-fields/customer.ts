import { IsIn, IsOptional, Matches, Max, Min, MinLength } from 'class-validator';
import { Column, Entity } from 'typeorm';
import { authEntitiesFor, type AuthModuleOptions, SsoUserBase, UserField } from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import type { TestDatabase } from '../support/databases.js';
import { freshEmail, freshUsername, PASSWORD, type Person } from '../support/people.js';
import { type SsoUserService } from '../../src/index.js';

/** The user of a shop, with a field of each kind. */
@Entity('sso_user')
export class Customer extends SsoUserBase {
  @UserField({ register: true })
  declare displayName: string | null;

  @UserField({ register: true, profile: true })
  @MinLength(2)
  @Column({ type: 'varchar', length: 20, nullable: true })
  company!: string | null;

  @UserField({
    label: 'own.phone',
    help: 'own.phone_help',
    register: true,
    profile: true,
    input: 'tel',
    autocomplete: 'tel',
  })
  @IsOptional()
  @Matches(/^\+?[\d ]+$/, { message: 'own.phone_wrong' })
  @Column({ type: 'varchar', length: 40, nullable: true })
  phone!: string | null;

  @UserField({ register: true, profile: true, choices: { gold: 'own.gold' } })
  @IsIn(['basic', 'gold'])
  @Column({ type: 'varchar', length: 10, default: 'basic' })
  plan!: 'basic' | 'gold';

  @UserField({ label: 'Send me news', help: 'Once a month.', register: true, profile: true })
  @Column({ type: Boolean, default: false })
  newsletter!: boolean;

  @UserField({ label: 'About you', profile: true })
  @Column({ name: 'about_text', type: 'text', nullable: true })
  aboutMe!: string | null;

  @UserField({ profile: true })
  @IsOptional()
  @Min(1)
  @Max(150)
  @Column({ type: 'int', nullable: true })
  age!: number | null;

  @UserField({ profile: true })
  @Column({ type: 'date', nullable: true })
  birthday!: string | null;

  /** For super-users alone. */
  @UserField({ help: 'In per cent.' })
  @Column({ type: 'double precision', nullable: true })
  discount!: number | null;

  /** Nobody's. */
  @Column({ type: 'varchar', length: 40, nullable: true })
  secretNote!: string | null;
}

export const MESSAGES = {
  en: {
    'own.phone': 'Phone number',
    'own.phone_help': 'With the code of the country.',
    'own.phone_wrong': '{field} may have digits and blanks only.',
    'own.gold': 'Gold card',
  },
  de: {
    'own.phone': 'Telefonnummer',
    'own.phone_help': 'Mit Ländervorwahl.',
    'own.phone_wrong': '{field} darf nur Ziffern und Leerzeichen enthalten.',
    'own.gold': 'Goldkarte',
  },
};

/** A shop, and people with what it wants to know of everybody. */
export function shop(database?: TestDatabase, options: AuthModuleOptions = {}) {
  const host = hosted({
    ...(database && { database }),
    options: {
      userEntity: Customer,
      messages: MESSAGES,
      ...options,
    },
    dataSource: { entities: authEntitiesFor(Customer), synchronize: true },
  });
  const service = (): SsoUserService<Customer> => host.service as unknown as SsoUserService<Customer>;
  async function person(
    given: Partial<Parameters<SsoUserService<Customer>['createUser']>[0]> = {},
  ): Promise<Person> {
    const names = { username: freshUsername(), email: freshEmail(), password: PASSWORD };
    const input = { ...names, company: 'ACME', autoApprove: true, ...given };
    const { user } = await service().createUser(input, host.people.caller);
    return { ...names, id: user.id, user };
  }
  const superUser = (): Promise<Person> => person({ isSuperUser: true });
  return { host, service, person, superUser };
}
