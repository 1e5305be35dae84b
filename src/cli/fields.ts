import { InvalidFieldException } from '../input/input.exceptions.js';
import { withTypes } from '../input/typed-texts.js';
import { translatable } from '../messages/phrase.js';
import { type UserFieldUse, withUserFields } from '../user/user-input.js';
import { userFieldsOf } from '../user/user-fields.js';
import type { Call } from './call.js';
import { UsageError } from './errors.js';
import type { Option } from './option.js';

export const FIELD: Option = {
  type: 'string',
  multiple: true,
  value: '<name>=<value>',
  help: 'a field of your own user entity, by its name in JSON; may be repeated; an empty value is null',
};

/** Input class with the user's fields only. */
class Fields {
  static readonly userFields: UserFieldUse = { author: 'super-user', isNew: false };
}

/**
 * Returns the values of `--field` by property of the user entity.
 *
 * @throws UsageError, InvalidFieldException
 */
export async function fieldsOf(call: Call): Promise<Record<string, unknown>> {
  const given = call.args.texts('field').map((text): [string, string | null] => {
    const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new UsageError('--field: write it as <name>=<value>.');
    return [name, value === '' ? null : value];
  });
  if (given.length === 0) return {};
  const { userEntity } = await call.application();
  const properties = new Map(userFieldsOf(userEntity).map(({ name, property }) => [name, property]));
  const unknown = given.filter(([name]) => !properties.has(name));
  if (unknown.length > 0) {
    throw new InvalidFieldException(
      unknown.map(([field]) =>
        translatable(
          { field, code: 'invalid_field' },
          { key: 'error.invalid_field.unknown', values: { field } },
        ),
      ),
    );
  }
  const typed: object = Object(withTypes(withUserFields(Fields, userEntity), Object.fromEntries(given)));
  return Object.fromEntries(given.map(([name]) => [properties.get(name) ?? name, Reflect.get(typed, name)]));
}
