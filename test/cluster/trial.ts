import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Reply } from './client.js';

const INTERVAL_MS = 1000 / 200;
/** So many may wait at once: a machine that is too slow for the rate is not buried under it. */
const MOST_WAITING = 5;
const AFTER_MS = 10;

/** No session is ended before so many uses were answered. */
export const USES_BEFORE = 4;

/** Uses a session 200 times a second, on the given servers by turns. */
class Flood {
  private readonly uses: Promise<Reply>[] = [];
  private readonly startedAt = performance.now();
  private readonly timer = setInterval(() => this.keepPace(), INTERVAL_MS);
  private paced = 0;
  private answered = 0;

  constructor(
    private readonly client: Client,
    private readonly token: string,
  ) {}

  use(): void {
    this.uses.push(this.client.get('/private', this.token).finally(() => this.answered++));
  }

  async untilAnswered(count: number): Promise<void> {
    while (this.answered < count) await sleep(INTERVAL_MS);
  }

  stop(): Promise<Reply[]> {
    clearInterval(this.timer);
    return Promise.all(this.uses);
  }

  private keepPace(): void {
    // Counted from the start, so that late timers make it no slower.
    const due = (performance.now() - this.startedAt) / INTERVAL_MS;
    for (; this.paced < due && this.uses.length < this.answered + MOST_WAITING; this.paced += 1) this.use();
  }
}

/** A session that was in use all the time, and ended meanwhile. */
export interface Trial {
  uses: Reply[];
  ending: Reply;
}

/** Ends a session in the midst of its use. */
export async function tried(
  urls: readonly string[],
  token: string,
  end: () => Promise<Reply>,
): Promise<Trial> {
  const flood = new Flood(new Client(urls), token);
  try {
    await flood.untilAnswered(USES_BEFORE);
    const ending = await end();
    // One on each server, as early as can be.
    for (const _ of urls) flood.use();
    await sleep(AFTER_MS);
    return { uses: await flood.stop(), ending };
  } finally {
    await flood.stop();
  }
}

/** What a trial has shown. */
export interface Verdict {
  /** Uses that were answered before the ending was asked for. */
  before: number;
  /** Uses that started after the ending had been answered. */
  after: number;
  faults: string[];
}

/** Whoever starts after the ending is answered, or after anybody has been refused, must be refused. */
export function judged({ uses, ending }: Trial): Verdict {
  const before = uses.filter(({ answeredAt }) => answeredAt < ending.startedAt);
  const after = uses.filter(({ startedAt }) => startedAt > ending.answeredAt);
  const refused = uses.filter(({ status }) => status === 401);
  const endedAt = Math.min(ending.answeredAt, ...refused.map(({ answeredAt }) => answeredAt));
  const strange = uses.filter(({ status }) => status !== 200 && status !== 401);
  const late = uses.filter(({ status, startedAt }) => status !== 401 && startedAt > endedAt);
  return {
    before: before.length,
    after: after.length,
    faults: [
      ...(ending.status === 200 ? [] : [`The ending was answered ${ending.status}.`]),
      ...before.filter(({ status }) => status !== 200).map(({ status }) => `Before the ending: ${status}.`),
      ...strange.map(({ status }) => `A use was answered ${status}.`),
      ...late.map(
        ({ status, startedAt }) => `${(startedAt - endedAt).toFixed(1)} ms after the end: ${status}.`,
      ),
    ],
  };
}
