import { AccountBackoff } from './account.backoff.js';
import { guardedStore, Limiter } from './limiter.js';
import type { ThrottleSettings } from './throttle.options.js';

export { makeTable } from './limiter.js';

/** The limits, each with its own windows. */
export interface Limits {
  unknownBrowsers: AccountBackoff;
  knownBrowsers: AccountBackoff;
  loginsPerAddress: Limiter;
  registrationsPerAddress: Limiter;
  changesPerUser: Limiter;
  changesPerAddress: Limiter;
  oldPasswords: Limiter;
}

/** @param onOutage called for each attempt that is counted in memory because the store does not answer */
export function limitsOf(throttle: ThrottleSettings, onOutage: () => void): Limits {
  const store = guardedStore(throttle.store, onOutage);
  const limiter = (name: string, { attempts, window }: { attempts: number; window: number }): Limiter =>
    new Limiter(name, attempts, window, store);
  const backoff = (prefix: string): AccountBackoff =>
    new AccountBackoff(
      throttle.account,
      limiter(`${prefix}logins`, throttle.loginsPerAccount),
      (name, attempts, window) => limiter(`${prefix}${name}`, { attempts, window }),
    );
  return {
    unknownBrowsers: backoff(''),
    knownBrowsers: backoff('device_'),
    loginsPerAddress: limiter('login_address', throttle.loginsPerAddress),
    registrationsPerAddress: limiter('register_address', throttle.registrationsPerAddress),
    changesPerUser: limiter('change_user', throttle.changesPerUser),
    changesPerAddress: limiter('change_address', throttle.changesPerAddress),
    oldPasswords: limiter('old_password', throttle.oldPasswords),
  };
}
