import { Redis } from 'ioredis';

const url = process.env.REDIS_URL;

/** The Redis of `REDIS_URL`, in which several processes count together; `undefined` without one. */
export const redis = url ? new Redis(url, { enableOfflineQueue: false }) : undefined;

// Nothing breaks without Redis: the module counts in memory then, and warns of it itself.
redis?.on('error', () => undefined);
