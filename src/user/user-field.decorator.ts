import type { MessageKey, OwnKey } from '../messages/message.js';

/** A text, or the key of one: `own.…` in the option `messages`. */
export type UserFieldText = MessageKey | OwnKey | (string & {});

/** Who fills in a column of the user, and how pages show it. */
export interface UserFieldOptions {
  /**
   * Label on pages: a text, or the key of one of your own texts in `messages`, such as `own.phone`.
   * @default the name of the property, in words
   */
  label?: UserFieldText | undefined;
  /**
   * Help below the label: a text, or a key.
   * @default none
   */
  help?: UserFieldText | undefined;
  /**
   * Whether people fill it in when they register.
   * @default false
   */
  register?: boolean | undefined;
  /**
   * Whether users see and change it in their own profile.
   * @default false
   */
  profile?: boolean | undefined;
  /**
   * Kind of text.
   * @default 'text'; 'textarea' for a column of the type `text`
   */
  input?: 'text' | 'textarea' | 'email' | 'tel' | 'url' | undefined;
  /**
   * Autofill token for browsers, on the pages that people fill in about themselves (HTML, "Autofill detail tokens").
   * @default 'off'
   */
  autocomplete?: string | undefined;
  /**
   * Labels for the values of `@IsIn()` or of an enum, by value: texts, or keys.
   * @default the values
   */
  choices?: Readonly<Record<string, UserFieldText>> | undefined;
}

const FIELDS = 'nestjs-session-auth:user-fields';

type Declared = ReadonlyMap<string, UserFieldOptions>;

/**
 * Lets super-users write a column of your own user entity and, if the options say so, also people who register and the users
 * themselves. The rules of class-validator on the property apply. The module never writes columns without this decorator.
 *
 * @example
 * \@UserField({ label: 'Phone', register: true, profile: true, input: 'tel' })
 * \@IsOptional()
 * \@IsPhoneNumber()
 * \@Column({ type: 'varchar', length: 40, nullable: true })
 * phone!: string | null;
 */
export function UserField(options: UserFieldOptions = {}): PropertyDecorator {
  return (target, property) => {
    const others: Declared = Reflect.getOwnMetadata(FIELDS, target) ?? new Map();
    Reflect.defineMetadata(FIELDS, new Map([...others, [String(property), options]]), target);
  };
}

/** Returns the options of a class by property. They are merged over those of its superclasses. */
export function declaredFields(prototype: object | null): Declared {
  if (prototype === null) return new Map();
  const fields = new Map(declaredFields(Object.getPrototypeOf(prototype)));
  const own: Declared = Reflect.getOwnMetadata(FIELDS, prototype) ?? new Map();
  for (const [property, options] of own) fields.set(property, { ...fields.get(property), ...options });
  return fields;
}
