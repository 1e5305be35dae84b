import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './host.js';
import { PASSWORD, tokenOf, usernameOf } from './rows.js';

/** Milliseconds between two logins. */
export const PACE = 20;

/** Milliseconds from when each was due until it was done. */
export interface Times {
  logins: number[];
  logouts: number[];
}

/**
 * 50 people a second who come back with an expired session: each logs in, which ends that session, and out again. One
 * who is late does not hold up the next, and is counted from when the login was due, so that no waiting goes uncounted.
 */
export class Flood {
  private next = 0;

  constructor(private readonly host: Host) {}

  /** @param duration milliseconds */
  last(duration: number): Promise<Times> {
    const end = performance.now() + duration;
    return this.until(() => performance.now() >= end);
  }

  async until(isOver: () => boolean): Promise<Times> {
    const times: Times = { logins: [], logouts: [] };
    const failures: unknown[] = [];
    const visits: Promise<unknown>[] = [];
    const start = performance.now();
    for (let n = 0; !isOver() && failures.length === 0; n++) {
      const due = start + n * PACE;
      await sleep(Math.max(0, due - performance.now()));
      visits.push(this.visit(due, times).catch((error: unknown) => failures.push(error)));
    }
    await Promise.all(visits);
    if (failures.length > 0) throw failures[0];
    return times;
  }

  private async visit(due: number, times: Times): Promise<void> {
    const { service, users } = this.host;
    const user = this.next++ % users;
    // Sessions `user` and `user + users` are both that user's, and the even one of them has expired.
    const expired = tokenOf(user % 2 === 0 ? user : user + users);
    const { token } = await service.login(
      { username: usernameOf(user), password: PASSWORD },
      { token: expired },
    );
    const loggedIn = performance.now();
    times.logins.push(loggedIn - due);
    await service.logout({ token });
    times.logouts.push(performance.now() - loggedIn);
  }
}
