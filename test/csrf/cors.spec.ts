import type { NestExpressApplication } from '@nestjs/platform-express';
import { describe, expect, it } from 'vitest';
import { running } from '../host/running.js';
import { boot } from '../support/application.js';

type CorsOptions = Exclude<
  Parameters<NestExpressApplication['enableCors']>[0],
  (...given: never[]) => unknown
>;

const FRIEND = 'https://app.example.com';
const OTHER = 'https://admin.example.com';

/** What the log says of CORS at the start of an application. */
async function warningsOf(cors: CorsOptions | null, trustedOrigins?: string[]): Promise<string[]> {
  const configure = (app: NestExpressApplication): void => {
    if (cors) app.enableCors(cors);
  };
  let warnings: string[] = [];
  await running(await boot({ options: { trustedOrigins }, configure }), async ({ log }) => {
    warnings = log.of('warn').filter((line) => line.includes('CORS'));
  });
  return warnings;
}

describe('an application with a front end on another origin', () => {
  it.each<[string, CorsOptions | null, string[] | undefined]>([
    ['says nothing of either', null, undefined],
    ['says the same in both', { origin: [FRIEND, OTHER], credentials: true }, [FRIEND, OTHER]],
    ['allows by CORS what it is asked for', { origin: true, credentials: true }, [FRIEND]],
    [
      'decides by a function',
      { origin: (origin, done) => done(null, origin === FRIEND), credentials: true },
      [FRIEND],
    ],
    ['needs its time to decide', { origin: (_, done) => void setImmediate(done, null, true) }, [FRIEND]],
    [
      'decides by a function that fails',
      {
        origin: () => {
          throw new Error('No origin today.');
        },
      },
      [FRIEND],
    ],
    ['allows by CORS what needs no cookies', { origin: '*' }, undefined],
  ])('starts without a warning where it %s', async (_, cors, trusted) => {
    expect(await warningsOf(cors, trusted)).toEqual([]);
  });

  it.each<[string, CorsOptions | null]>([
    ['is off', null],
    ['allows others', { origin: [OTHER], credentials: true }],
    ['allows no credentials', { origin: [FRIEND] }],
    ['allows all, which is nobody who brings a cookie', { origin: '*', credentials: true }],
  ])('is told what to call where it is trusted, but CORS %s', async (_, cors) => {
    const [line, ...more] = await warningsOf(cors, [FRIEND]);
    expect(more).toEqual([]);
    expect(line).toContain(`app.enableCors({ origin: ['${FRIEND}'], credentials: true })`);
  });

  it('names only those that may not read', async () => {
    const [line] = await warningsOf({ origin: [OTHER], credentials: true }, [FRIEND, OTHER]);
    expect(line).toContain(`Pages of ${FRIEND} are in`);
  });

  it.each<CorsOptions>([
    { origin: [FRIEND], credentials: true },
    { origin: true, credentials: true },
  ])('is told to be trusted where CORS alone allows it: %j', async (cors) => {
    const [line, ...more] = await warningsOf(cors);
    expect(more).toEqual([]);
    expect(line).toContain('`trustedOrigins` is empty');
    expect(line).toContain('csrf_failed');
  });
});
