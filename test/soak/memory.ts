import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');
const collect: () => void = runInNewContext('gc');

/** Bytes of the heap that are in use after everything unused was collected. */
export async function heapUsed(): Promise<number> {
  // What a promise or a socket still holds is let go in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

export const MEGABYTE = 2 ** 20;
