import type { Readable, Writable } from 'node:stream';

/** Where the program reads, writes and looks things up; `process` is one. */
export interface Io {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}
