import { arch, cpus, release, totalmem, type } from 'node:os';
import { databases } from './databases.js';

/** What a figure was measured on, and when. */
export function machine(): string {
  const cores = cpus();
  const parts = [
    `${cores.length} cores of ${cores[0]?.model.trim() || arch()}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${release()}`,
    `Node ${process.version}`,
    ...databases.map(({ fullName }) => fullName),
  ];
  return `Measured on ${parts.join(', ')}, on ${new Date().toISOString().slice(0, 10)}.`;
}
