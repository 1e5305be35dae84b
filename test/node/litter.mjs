// Loaded before a program: leaves garbage about, so that Node collects it while the program is idle. That is when a driver for
// SQLite can end the process; within a call of JavaScript, as `gc()` is, it does not.
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  setInterval(() => Array.from({ length: 100_000 }, (_, index) => ({ index })), 50).unref();
}
