import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';

/** How many hashes may wait for a thread. */
const MAX_WAITING = 64;

/** For whom something is hashed: two who have the same address, or are the same person, share their place in the queue. */
export interface HashOrigin {
  address: string;
  /** Whoever is known only at their address is a person of that address. */
  person: string;
  /** Whether nobody waits for the answer any more. */
  hasLeft?: () => boolean;
}

/** What code of the host asks for without saying for whom. */
const NOBODY: HashOrigin = { address: '', person: '' };

/** How much of the queue an address or a person has. */
interface Share {
  waiting: number;
  running: number;
  /** The number of the last hash that was started; 0 = none since its first one came. */
  lastStarted: number;
}

interface Job {
  shares: readonly [Share, Share];
  hasLeft: () => boolean;
  start: () => void;
  refuse: () => void;
}

/**
 * Runs a few hashes at a time and lets 64 wait, in fair shares: the next one is that of the address and the person who
 * have the fewest running, and then of those who have waited longest for their turn. When it is full, a newcomer takes
 * the place of the latest one of those who have most of it, so that nobody can fill it and shut others out.
 */
export class HashQueue {
  private readonly shares = new Map<string, Share>();
  /** In the order in which they came. */
  private readonly waiting: Job[] = [];
  private running = 0;
  private started = 0;

  /** @param threads how many run at once */
  constructor(private readonly threads: number) {}

  /** @throws ServiceUnavailableException when there is no room, or nobody waits for the answer any more */
  run<T>(
    work: () => Promise<T>,
    { address, person, hasLeft = () => false }: HashOrigin = NOBODY,
  ): Promise<T> {
    const keys = [`address ${address}`, `person ${person}`] as const;
    return new Promise<T>((resolve, reject) => {
      const shares = [this.shareOf(keys[0]), this.shareOf(keys[1])] as const;
      const done = (): void => {
        this.running -= 1;
        for (const share of shares) share.running -= 1;
        this.forget(keys);
        this.next();
      };
      this.enter({
        shares,
        hasLeft,
        start: () => void Promise.resolve().then(work).then(resolve, reject).finally(done),
        refuse: () => {
          this.forget(keys);
          reject(new ServiceUnavailableException('hash queue'));
        },
      });
    });
  }

  private enter(job: Job): void {
    this.waiting.push(job);
    for (const share of job.shares) share.waiting += 1;
    this.next();
    // The newcomer itself, where nobody has more.
    if (this.waiting.length > MAX_WAITING) this.take(this.greediest()).refuse();
  }

  private next(): void {
    while (this.running < this.threads && this.waiting.length > 0) {
      const job = this.take(this.mostPatient());
      if (job.hasLeft()) {
        job.refuse();
        continue;
      }
      this.running += 1;
      this.started += 1;
      for (const share of job.shares) {
        share.running += 1;
        share.lastStarted = this.started;
      }
      job.start();
    }
  }

  /** Whose turn it is. */
  private mostPatient(): Job {
    return this.waiting.reduce((best, job) => {
      const order =
        compare(best, job, (share) => share.running) || compare(best, job, (share) => share.lastStarted);
      return order > 0 ? job : best;
    });
  }

  /** Who makes room: somebody who has left, or the latest of those who have most. */
  private greediest(): Job {
    return (
      this.waiting.find((job) => job.hasLeft()) ??
      this.waiting.reduce((worst, job) => (compare(job, worst, (share) => share.waiting) >= 0 ? job : worst))
    );
  }

  private take(job: Job): Job {
    this.waiting.splice(this.waiting.indexOf(job), 1);
    for (const share of job.shares) share.waiting -= 1;
    return job;
  }

  private shareOf(key: string): Share {
    const share = this.shares.get(key) ?? { waiting: 0, running: 0, lastStarted: 0 };
    this.shares.set(key, share);
    return share;
  }

  private forget(keys: readonly string[]): void {
    for (const key of keys) {
      const share = this.shares.get(key);
      if (share && share.waiting + share.running === 0) this.shares.delete(key);
    }
  }
}

/** Compares by the larger share first, then by the smaller one: of one address, the persons still differ. */
function compare(one: Job, other: Job, by: (share: Share) => number): number {
  const [a, b] = [one, other].map(({ shares }) => shares.map(by).sort((x, y) => y - x));
  if (!a || !b) return 0;
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}
