import type { AuthRequest } from '../http/auth-request.js';

const TEXTS = [
  'username',
  'email',
  'display_name',
  'first_name',
  'last_name',
  'password_expiry',
  'password_expires_at',
  // No field of its own: what the form of a user held when it was shown.
  'shown',
] as const;

const FLAGS = ['must_change', 'is_active', 'is_super_user', 'auto_approve'] as const;

/** What was typed and may be shown again, by the name of its field: never a password. */
export type TypedValues = Partial<Record<(typeof TEXTS)[number], string>> &
  Partial<Record<(typeof FLAGS)[number], 'true'>>;

/** What was typed, copied name by name. */
export function typedValues(given: Readonly<Record<string, unknown>>): TypedValues {
  const fields = new Map(Object.entries(given));
  const values: TypedValues = {};
  for (const name of TEXTS) {
    const value = fields.get(name);
    if (typeof value === 'string') values[name] = value;
  }
  for (const name of FLAGS) if (isTicked(fields.get(name))) values[name] = 'true';
  return values;
}

/** A body as fields; empty where it is none. */
export function fieldsIn({ body }: AuthRequest): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {};
}

/** A ticked box comes after the hidden `false` of its name. */
function isTicked(value: unknown): boolean {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return last === 'true' || last === 'on';
}
