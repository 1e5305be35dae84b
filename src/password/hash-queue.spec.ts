import { describe, expect, it } from 'vitest';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { type HashOrigin, HashQueue } from './hash-queue.js';

/** A queue of which the test decides when a hash ends. */
class Desk {
  /** What was started, in that order. */
  readonly started: string[] = [];
  readonly refused: string[] = [];
  private readonly ends: (() => void)[] = [];
  private readonly queue: HashQueue;

  constructor(threads: number) {
    this.queue = new HashQueue(threads);
  }

  /** Asks for hashes one after the other, and names each by its origin. */
  async ask(count: number, origin: HashOrigin | undefined, name = `${origin?.address}/${origin?.person}`) {
    for (let index = 0; index < count; index += 1) {
      void this.queue
        .run(
          () =>
            new Promise<void>((resolve) => {
              this.started.push(name);
              this.ends.push(resolve);
            }),
          origin,
        )
        .catch((error: unknown) => {
          if (error instanceof ServiceUnavailableException) this.refused.push(name);
        });
    }
    await turn();
  }

  /** Ends the oldest hash that runs. */
  async end(count = 1): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.ends.shift()?.();
      await turn();
    }
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const at = (address: string, person = address): HashOrigin => ({ address, person });
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

describe('the queue of hashes', () => {
  it.each([undefined, at('a')])('runs as many as there are threads and lets 64 wait (%j)', async (origin) => {
    const desk = new Desk(2);
    await desk.ask(2 + 64 + 3, origin, 'x');
    expect(desk.started).toHaveLength(2);
    expect(desk.refused).toHaveLength(3);
    await desk.end(66);
    expect(desk.started).toHaveLength(66);
    await desk.ask(1, origin, 'y');
    expect(desk.started.at(-1)).toBe('y');
  });

  it.each([1, 2, 4])(
    'with %i threads, a newcomer is next, however many wait from another address',
    async (threads) => {
      const desk = new Desk(threads);
      await desk.ask(50, at('flood'));
      await desk.ask(2, at('home'));
      await desk.end(2);
      const next = desk.started.slice(threads);
      // With one thread they take turns; with more, whoever has none running comes first.
      expect(next).toContain('home/home');
      await desk.end(2);
      expect(desk.started.slice(threads).filter((name) => name === 'home/home')).toHaveLength(2);
    },
  );

  it('those who come from one address are told apart by who they are', async () => {
    const desk = new Desk(2);
    await desk.ask(40, at('office', 'greedy'));
    await desk.ask(1, at('office', 'modest'));
    await desk.end();
    expect(desk.started).toEqual(['office/greedy', 'office/greedy', 'office/modest']);
  });

  it('one person counts for one, from however many addresses', async () => {
    const desk = new Desk(2);
    for (let index = 0; index < 66; index += 1) await desk.ask(1, at(`address ${index}`, 'everywhere'));
    await desk.ask(1, at('home', 'modest'));
    expect(desk.refused).toEqual(['address 65/everywhere']);
    await desk.end();
    expect(desk.started.at(-1)).toBe('home/modest');
  });

  it('when it is full, the newcomer takes the latest place of those who have most', async () => {
    const desk = new Desk(1);
    await desk.ask(1 + 40, at('most'));
    await desk.ask(24, at('some'));
    await desk.ask(10, at('few'));
    expect(desk.refused).toEqual(times(10, 'most/most'));
    await desk.ask(60, at('few'));
    // Now each has a third of the sixty-four.
    const kept = (name: string, asked: number) =>
      asked - desk.refused.filter((refused) => refused === name).length;
    expect([kept('most/most', 40), kept('some/some', 24), kept('few/few', 70)].sort()).toEqual([21, 21, 22]);
  });

  it('starts nothing for who has left, whose place is the first to be given away', async () => {
    const desk = new Desk(1);
    let isDisconnected = false;
    await desk.ask(1, at('busy'));
    await desk.ask(1, { ...at('gone'), isDisconnected: () => isDisconnected });
    await desk.ask(63, at('busy'));
    isDisconnected = true;
    await desk.ask(1, at('busy'));
    expect(desk.refused).toEqual(['gone/gone']);
    await desk.ask(1, { ...at('gone'), isDisconnected: () => true });
    expect(desk.refused).toEqual(['gone/gone', 'gone/gone']);
    expect(desk.started).toEqual(['busy/busy']);
  });

  it('goes on after a hash that fails, in whichever way', async () => {
    const queue = new HashQueue(1);
    for (const fail of [
      () => Promise.reject(new Error('no such library')),
      () => {
        throw new Error('no such library');
      },
    ])
      await expect(queue.run(fail)).rejects.toThrow('no such library');
    await expect(queue.run(async () => 'hash')).resolves.toBe('hash');
  });
});
