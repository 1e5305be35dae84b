import { PasswordsDoNotMatchException } from './input.exceptions.js';
import { type Inspected, wireName } from './check-input.js';

/** Removes the password confirmation from an input. If it differs from the password, the refusal includes the mismatch. */
export function confirmed<T extends object, C extends keyof T & string>(
  { refusal, valid }: Inspected<T>,
  password: keyof T,
  confirmation: C,
): Inspected<Omit<T, C>> {
  const { [confirmation]: again, ...rest } = valid;
  const isWrong = again !== undefined && valid[password] !== undefined && valid[password] !== again;
  const mismatch = isWrong ? new PasswordsDoNotMatchException(wireName(confirmation)) : null;
  if (refusal)
    return { refusal: refusal.withFieldErrors(mismatch?.errors ?? []), valid: rest as Partial<Omit<T, C>> };
  if (mismatch) return { refusal: mismatch, valid: rest as Partial<Omit<T, C>> };
  return { refusal: null, valid: rest as Omit<T, C> };
}
