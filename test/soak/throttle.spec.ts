import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sourceArguments } from '../support/source-process.js';
import type { Measured } from './names.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the throttle’s memory', () => {
  it('takes 20,000 names at under 1 kB each, and forgets them when their window is over', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, sourceArguments('test/soak/names.ts'), {
      cwd: root,
    });
    const line = stdout.split('\n').find((one) => one.includes('"measured"')) ?? '{}';
    const { measured }: { measured?: Measured } = JSON.parse(line);
    console.log(`throttle: ${measured?.perName.toFixed(0)} bytes a name`);
    expect(measured?.perName).toBeGreaterThan(0);
    expect(measured?.perName).toBeLessThan(1024);
    expect(measured?.isForgotten).toBe(true);
  });
});
