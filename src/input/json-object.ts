/** Whether a value is an object with fields, and neither an array nor `null`. */
export function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the fields of a body; none if it is not an object. */
export function fieldsIn(body: unknown): Record<string, unknown> {
  return hasFields(body) ? { ...body } : {};
}
