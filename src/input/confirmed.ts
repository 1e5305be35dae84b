import { PasswordsDoNotMatchException } from './input.exceptions.js';
import { type Inspected, wireName } from './check-input.js';

/** Removes the password confirmation from an input. If it differs from the password, the refusal includes the mismatch. */
export function confirmed<T extends object, C extends keyof T & string>(
  { refusal, sound }: Inspected<T>,
  password: keyof T,
  confirmation: C,
): Inspected<Omit<T, C>> {
  const { [confirmation]: again, ...rest } = sound;
  const isWrong = again !== undefined && sound[password] !== undefined && sound[password] !== again;
  const mismatch = isWrong ? new PasswordsDoNotMatchException(wireName(confirmation)) : null;
  if (refusal)
    return { refusal: refusal.including(mismatch?.errors ?? []), sound: rest as Partial<Omit<T, C>> };
  if (mismatch) return { refusal: mismatch, sound: rest as Partial<Omit<T, C>> };
  return { refusal: null, sound: rest as Omit<T, C> };
}
