import type { Type } from '@nestjs/common';
import type { Catalogue } from '../messages/catalogue.js';
import { en } from '../messages/en.js';
import { isOwnKey, type MessageKey, type Texts } from '../messages/message.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import {
  fieldsFor,
  type UserFieldAuthor,
  type UserFieldDefinition,
  userFieldsOf,
} from '../user/user-fields.js';
import { isMultiline } from '../user/user-input.js';
import {
  type FieldValues,
  type Label,
  type PageDefinition,
  type PageField,
  said,
} from './page.definition.js';
import type { PageChoice } from './page-items.js';

/** A field of the user entity, as the partial `user-field` shows it. */
export interface PageUserField {
  /** Name of the input. */
  name: string;
  label: string;
  hint: string | undefined;
  /** Whether it may be empty. */
  optional: boolean;
  autocomplete: string;
  /** Type of the input; `undefined` = a text of several lines, a choice or a checkbox. */
  type: string | undefined;
  inputmode: string | undefined;
  isMultiline: boolean;
  isCheckbox: boolean;
  /** Options of the `<select>`. */
  choices: readonly PageChoice[] | undefined;
}

const NONE: PageChoice = { value: '', label: '', selected: false };

/** Adds the fields of the user entity to the form of a page, after the email address. */
export function withFields(page: PageDefinition, entity: Type<SsoUserBase>): PageDefinition {
  if (!page.userFields) return page;
  const added = fieldsFor(entity, page.userFields.author).map((field): [string, PageField] => [
    field.name,
    { label: labelOf(field), kind: field.type === 'boolean' ? 'checkbox' : 'text' },
  ]);
  const own = Object.entries(page.fields);
  const from = own.findIndex(([name]) => name === 'email') + 1;
  return { ...page, fields: Object.fromEntries(own.toSpliced(from, 0, ...added)) };
}

/** Returns the fields that the user entity adds to a form, in the order of their declaration. */
export function userFieldItems(
  { userFields: use }: PageDefinition,
  entity: Type<SsoUserBase>,
  values: FieldValues,
  texts: Texts,
): PageUserField[] {
  if (!use) return [];
  return fieldsFor(entity, use.author).map((field) => {
    const { name, options, type, required, nullable, mayBeEmpty } = field;
    const optional = use.isNew ? !required : nullable || mayBeEmpty;
    const value = values[name] ?? '';
    const { help, autocomplete = 'off' } = options;
    const isSelect = field.choices !== undefined && type !== 'boolean';
    const isInput = !isSelect && !isMultiline(field) && type !== 'boolean';
    return {
      name,
      label: said(labelOf(field), texts),
      hint: help === undefined ? undefined : said(label(help), texts),
      optional: optional && type !== 'boolean',
      // A browser can fill in only its own user.
      autocomplete: use.author === 'super-user' ? 'off' : autocomplete,
      type: isInput ? inputType(field) : undefined,
      inputmode: type === 'integer' ? 'numeric' : type === 'number' ? 'decimal' : undefined,
      isMultiline: isMultiline(field) && !isSelect,
      isCheckbox: type === 'boolean',
      choices: isSelect ? choicesOf(field, value, optional, texts) : undefined,
    };
  });
}

/** Returns the values of a user's fields that a form shows first. */
export function fieldTexts(user: SsoUserBase, author: UserFieldAuthor): FieldValues {
  const fields = fieldsFor(user.constructor as Type<SsoUserBase>, author);
  return Object.fromEntries(
    fields.map(({ name, property, type }) => {
      const value: unknown = Reflect.get(user, property) ?? '';
      return [name, type === 'boolean' && value !== true ? undefined : String(value)];
    }),
  );
}

/** @throws Error if a field names a text that is missing in a language */
export function checkFieldTexts(entity: Type<SsoUserBase>, messages: Catalogue): void {
  for (const { property, options, rules } of userFieldsOf(entity)) {
    const shown = [options.label, options.help, ...Object.values(options.choices ?? {})];
    const texts = [...shown, ...rules.map(({ message }) => message)];
    const missing = texts.find((text) => typeof text === 'string' && isOwnKey(text) && !messages.has(text));
    if (missing !== undefined) {
      throw new Error(
        `@UserField() on ${entity.name}.${property} uses the text "${String(missing)}", which is not in \`messages\`. Add it in English, or in every language.`,
      );
    }
  }
}

function inputType({ type, options }: UserFieldDefinition): string {
  // Numbers are text inputs, because browsers change typed numbers silently and drop invalid ones.
  return type === 'date' ? 'date' : (options.input ?? 'text');
}

function choicesOf(
  { choices = [], options }: UserFieldDefinition,
  value: string,
  optional: boolean,
  texts: Texts,
): PageChoice[] {
  const labels = new Map(Object.entries(options.choices ?? {}));
  const all = choices.map((choice) => {
    const text = String(choice);
    return { value: text, label: said(label(labels.get(text) ?? text), texts), selected: text === value };
  });
  // Without an empty choice, browsers would preselect the first one.
  return optional || !all.some(({ selected }) => selected) ? [NONE, ...all] : all;
}

function labelOf({ property, options }: UserFieldDefinition): Label {
  return label(options.label ?? inWords(property));
}

function label(text: string): Label {
  return isOwnKey(text) || isKey(text) ? text : { text };
}

function isKey(text: string): text is MessageKey {
  return Object.hasOwn(en, text);
}

/** `phoneNumber` is "Phone number". */
function inWords(property: string): string {
  const words = property.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
