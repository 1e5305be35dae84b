import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthSettings } from '../auth.settings.js';
import { Seal } from './seal.js';

const [SECRET, OTHER] = ['a'.repeat(40), 'b'.repeat(40)];
const NOW = 1_763_700_000_000;
const TEXT = 'zażółć 42';
const CONTEXT = ['note', 'zoe', 1];

function seal(secret: string | string[] = SECRET): Seal {
  return new Seal(new AuthSettings({ secret }));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => vi.useRealTimers());

describe('a sealed text', () => {
  it('is opened by every process with the secret', () => {
    const sealed = seal().seal(TEXT, CONTEXT, 1000);
    expect(sealed).toMatch(/^[\w-]+$/);
    expect(seal().open(sealed, CONTEXT)).toBe(TEXT);
  });

  it('is opened while its secret is listed, and sealed with the first', () => {
    const old = seal().seal(TEXT, CONTEXT, 1000);
    const both = seal([OTHER, SECRET]);
    expect(both.open(old, CONTEXT)).toBe(TEXT);
    expect(seal(OTHER).open(old, CONTEXT)).toBeUndefined();
    expect(seal(OTHER).open(both.seal(TEXT, CONTEXT, 1000), CONTEXT)).toBe(TEXT);
  });

  it('shows nothing of itself, and is different each time', () => {
    const first = seal().seal(TEXT, CONTEXT, 1000);
    expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('42');
    expect(seal().seal(TEXT, CONTEXT, 1000)).not.toBe(first);
  });

  it.each([[['note', 'zo', 1]], [['note', 'zoe', 2]], [['note', 'zoe']], [['note,zoe,1']], [[]]])(
    'does not open for %j',
    (context) => {
      expect(seal().open(seal().seal(TEXT, CONTEXT, 1000), context)).toBeUndefined();
    },
  );

  it('opens until its time is over', () => {
    const sealed = seal().seal(TEXT, CONTEXT, 1000);
    vi.setSystemTime(NOW + 999);
    expect(seal().open(sealed, CONTEXT)).toBe(TEXT);
    vi.setSystemTime(NOW + 1000);
    expect(seal().open(sealed, CONTEXT)).toBeUndefined();
  });

  it('does not open when any of its bytes is changed, or it is cut', () => {
    const bytes = Buffer.from(seal().seal(TEXT, CONTEXT, 1000), 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seal().open(changed.toString('base64url'), CONTEXT)).toBeUndefined();
      expect(seal().open(bytes.subarray(0, at).toString('base64url'), CONTEXT)).toBeUndefined();
    }
  });

  it.each(['', '?', 'a'.repeat(38), 'a'.repeat(5000), '\0'])('is not %j', (text) => {
    expect(seal().open(text, CONTEXT)).toBeUndefined();
  });
});
