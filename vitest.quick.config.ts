import { defineConfig } from 'vitest/config';
import whole from './vitest.config.js';

/** For a first answer in a minute: the units, and each thing that people can do, on SQLite, without a browser or a build. */
export default defineConfig({
  ...whole,
  test: {
    ...whole.test,
    include: [
      'src/**/*.spec.ts',
      'test/{login,logout,register,change-password,must-change,csrf,errors}/**/*.spec.ts',
      'test/session/{session,sessions,sessions-page}.spec.ts',
      'test/users/{access,create,edit,list,password}.spec.ts',
      'test/service/change-password.spec.ts',
      'test/guards/guards.spec.ts',
      'test/headers/headers.spec.ts',
      'test/hooks/login-hooks.spec.ts',
      'test/host/host.spec.ts',
    ],
    env: {
      NODE_ENV: 'test',
      CI: '',
      TEST_POSTGRES_URL: 'postgres://127.0.0.1:1/none',
      TEST_MARIADB_URL: 'mysql://127.0.0.1:1/none',
      TEST_REDIS_URL: 'redis://127.0.0.1:1',
      TEST_CHROMIUM: '/nowhere/chromium',
    },
  },
});
