import fc from 'fast-check';
import type { JsonSchema } from '../../src/input/json-schema.js';

export type Fields = Record<string, unknown>;

/** Values that a schema allows. */
export function allowedBy(schema: JsonSchema): fc.Arbitrary<unknown> {
  return schema.nullable ? fc.option(typed(schema), { nil: null, freq: 8 }) : typed(schema);
}

function typed(schema: JsonSchema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 });
    case 'object':
      return fieldsOf(schema);
    default:
      return text(schema);
  }
}

function text({
  enum: values,
  format,
  pattern,
  minLength = 0,
  maxLength = 60,
}: JsonSchema): fc.Arbitrary<unknown> {
  if (values) return fc.constantFrom(...values);
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.stringMatching(/^[a-z]{1,10}@[a-z]{1,10}\.(org|net)$/);
  if (format === 'date-time') {
    const [min, max] = [new Date('2000-01-01'), new Date('2100-01-01')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(/^[!-~]{1,40}$/);
  return fc.string({ minLength, maxLength: Math.min(maxLength, 60) });
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<Fields> {
  const each = Object.entries(properties).map(([name, schema]) => [name, allowedBy(schema)]);
  return fc.record(Object.fromEntries(each), { requiredKeys: required });
}

/** What nobody documents: wrong types, dangerous names, texts that are hard to store. */
const anything = fc.anything({
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'username', 'password')),
  values: [
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, '', '\0', '\ud800', 'a'.repeat(300), 1e21),
  ],
  maxDepth: 2,
});

/** Bodies for a schema: as it allows them, with something else in one field, or anything. */
export function bodiesFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  const allowed = fieldsOf(schema);
  const names = fc.constantFrom('surplus', ...Object.keys(schema.properties ?? {}));
  const spoilt = fc
    .tuple(allowed, names, anything)
    .map(([fields, name, value]) => ({ ...fields, [name]: value }));
  const thinned = fc.tuple(allowed, names).map(([{ ...fields }, name]) => {
    delete fields[name];
    return fields;
  });
  return fc.oneof(
    { arbitrary: allowed, weight: 5 },
    { arbitrary: spoilt, weight: 3 },
    { arbitrary: thinned, weight: 1 },
    { arbitrary: anything, weight: 1 },
  );
}
