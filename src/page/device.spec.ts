import { describe, expect, it } from 'vitest';
import { deviceOf } from './device.js';

const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';

describe('a device', () => {
  it.each([
    [`${WINDOWS} Gecko/20100101 Firefox/128.0`, 'Firefox 128 · Windows'],
    [`${WINDOWS} ${KHTML} Chrome/126.0.0.0 Safari/537.36`, 'Chrome 126 · Windows'],
    [`${WINDOWS} ${KHTML} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`, 'Edge 126 · Windows'],
    [`${WINDOWS} ${KHTML} Chrome/124.0.0.0 Safari/537.36 OPR/110.0.0.0`, 'Opera 110 · Windows'],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15`,
      'Safari 17 · macOS',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`,
      'Safari 17 · iPhone',
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${KHTML} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet 25 · Android',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0`, 'Firefox 127 · Linux'],
    ['Firefox/9', 'Firefox 9'],
  ])('is named by browser and system: %s', (userAgent, device) => {
    expect(deviceOf(userAgent)).toBe(device);
  });

  it('that is not known is what it says of itself', () => {
    expect(deviceOf('curl/8.7.1')).toBe('curl/8.7.1');
    expect(deviceOf('<b>Linux</b>')).toBe('<b>Linux</b>');
    expect(deviceOf('')).toBe('');
  });

  it('is short, whatever it says, and cuts no letter in two', () => {
    expect(deviceOf('x'.repeat(255))).toBe(`${'x'.repeat(79)}…`);
    expect(deviceOf('😀'.repeat(100))).toBe(`${'😀'.repeat(79)}…`);
  });
});
