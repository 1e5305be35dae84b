import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';

/** Number of hashes that may wait for a thread. */
const MAX_WAITING = 64;

/** The address and the person for whom a hash is computed. Hashes of the same address, or of the same person, count together. */
export interface HashOrigin {
  address: string;
  /** Id of the user, or for an unknown user the address with the typed name. */
  person: string;
  /** Whether the client has closed its connection, so that the result is no longer needed. */
  isDisconnected?: () => boolean;
}

/** Origin of hashes that the host's code requests without naming one. */
const NOBODY: HashOrigin = { address: '', person: '' };

/** The use of the queue by one address or person. */
interface Share {
  waiting: number;
  running: number;
  /** Sequence number of the hash that was started last; 0 if none has been since the share was created. */
  lastStarted: number;
}

interface Job {
  shares: readonly [Share, Share];
  isDisconnected: () => boolean;
  start: () => void;
  refuse: () => void;
}

/**
 * Runs a few hashes at a time and lets 64 wait, in fair shares. The next hash is one whose address and person have the fewest
 * running, and among those the one whose last start is longest ago. When the queue is full, a new hash replaces the latest one
 * of the address or person with the most waiting, so that nobody can fill the queue and shut others out.
 */
export class HashQueue {
  private readonly shares = new Map<string, Share>();
  /** Waiting hashes in the order of their arrival. */
  private readonly waiting: Job[] = [];
  private running = 0;
  private started = 0;

  /** @param threads number of hashes that run at once */
  constructor(private readonly threads: number) {}

  /** @throws ServiceUnavailableException if there is no room, or if the client has left */
  run<T>(
    work: () => Promise<T>,
    { address, person, isDisconnected = () => false }: HashOrigin = NOBODY,
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
        isDisconnected,
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
    // The refused hash is the new one itself if nobody has more waiting.
    if (this.waiting.length > MAX_WAITING) this.take(this.nextToRefuse()).refuse();
  }

  private next(): void {
    while (this.running < this.threads && this.waiting.length > 0) {
      const job = this.take(this.nextToRun());
      if (job.isDisconnected()) {
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

  /** Returns the next hash to run. */
  private nextToRun(): Job {
    return this.waiting.reduce((best, job) => {
      const order =
        compare(best, job, (share) => share.running) || compare(best, job, (share) => share.lastStarted);
      return order > 0 ? job : best;
    });
  }

  /** Returns the hash to refuse: one whose client has left, or else the latest one of the largest share. */
  private nextToRefuse(): Job {
    return (
      this.waiting.find((job) => job.isDisconnected()) ??
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

/** Compares by the larger of the two shares first, and then by the smaller one, which tells apart the persons at one address. */
function compare(one: Job, other: Job, by: (share: Share) => number): number {
  const [a, b] = [one, other].map(({ shares }) => shares.map(by).sort((x, y) => y - x));
  if (!a || !b) return 0;
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}
