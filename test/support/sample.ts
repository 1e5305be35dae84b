import { fileURLToPath } from 'node:url';
import { PASSWORD } from './people.js';
import { startServer, type RunningServer } from './running-server.js';

/** The super-user whom the sample makes, password {@link PASSWORD}. */
export const ADMIN = 'admin';

const main = fileURLToPath(new URL('../../sample/dist/main.js', import.meta.url));

/**
 * Starts the sample as `npm run build && npm run build:sample` have left it, on a free port.
 *
 * @param environment its variables; without them an empty database in memory and cheap hashes
 */
export function startSample(environment: Record<string, string> = {}): Promise<RunningServer> {
  return startServer(main, 'The sample is ready', {
    DATABASE_URL: 'sqlite::memory:',
    REDIS_URL: '',
    SAMPLE_SUPERUSER_USERNAME: ADMIN,
    SAMPLE_SUPERUSER_PASSWORD: PASSWORD,
    SAMPLE_OPTIONS: JSON.stringify({ password: { bcryptRounds: 4 } }),
    ...environment,
  });
}
