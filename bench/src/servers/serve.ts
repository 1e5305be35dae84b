import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { INestApplication } from '@nestjs/common';

export type Reply<T> = { answer: T } | { error: string };

/** What a server process used between `begin` and `end`. */
export interface Usage {
  /** Of all its threads, in the program and in the kernel. */
  cpuMs: number;
  wallMs: number;
}

/** Bytes after the garbage is collected; needs `--expose-gc`. */
export interface Memory {
  heap: number;
  resident: number;
}

interface Question {
  question: string;
  argument: never;
}

type Answers = Record<string, (argument: never) => unknown>;

/** What the benchmark gave to this process. */
export function configuration<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Listens on a free port, and answers the benchmark: what every server can tell, and `answers` of its own. */
export async function serve(app: INestApplication, answers: Answers = {}): Promise<void> {
  await app.listen(0, '127.0.0.1');
  const known: Answers = { ...measurements(), ...answers };
  process.on('message', (asked: Question) => void replyTo(asked, known));
  process.on('disconnect', () => process.exit());
  reply({ answer: await app.getUrl() });
}

async function replyTo({ question, argument }: Question, known: Answers): Promise<void> {
  try {
    const answer = known[question];
    if (!answer) throw new Error(`This server knows no answer to ${question}.`);
    reply({ answer: await answer(argument) });
  } catch (error) {
    reply({ error: error instanceof Error ? String(error.stack) : String(error) });
  }
}

function reply(message: Reply<unknown>): void {
  process.send?.(message);
}

function measurements(): Answers {
  let cpu = process.cpuUsage();
  let wall = performance.now();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  return {
    begin: () => {
      cpu = process.cpuUsage();
      wall = performance.now();
    },
    end: (): Usage => {
      const { user, system } = process.cpuUsage(cpu);
      return { cpuMs: (user + system) / 1000, wallMs: performance.now() - wall };
    },
    watchDelay: () => {
      delay.reset();
      delay.enable();
    },
    /** The 99th percentile since `watchDelay`, in milliseconds. */
    delay: (): number => {
      delay.disable();
      return delay.percentile(99) / 1e6;
    },
    memory: (): Memory => {
      if (!globalThis.gc) throw new Error('This process was not started with --expose-gc.');
      globalThis.gc();
      globalThis.gc();
      const { heapUsed, external, rss } = process.memoryUsage();
      return { heap: heapUsed + external, resident: rss };
    },
  };
}
