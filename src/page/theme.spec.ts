import { describe, expect, it } from 'vitest';
import { icon, stylesheet } from './theme.js';

describe('stylesheet', () => {
  it('declares every colour the rules use', () => {
    const css = stylesheet();
    const used = new Set([...css.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    const root = css.slice(0, css.indexOf('}'));
    expect(used).toEqual(new Set([...root.matchAll(/(--[\w-]+):/g)].map(([, name]) => name)));
    expect(used.size).toBe(8);
  });

  it('follows the dark mode of the browser', () => {
    expect(stylesheet()).toContain('color-scheme:light dark');
    expect(stylesheet({})).toContain('@media (prefers-color-scheme:dark){:root{--background-color:#12161B');
    expect(stylesheet({ buttonColor: undefined }, { linkColor: undefined })).toBe(stylesheet());
    expect(stylesheet()).not.toContain('oklch');
  });

  it('keeps the host’s buttons in the dark, both colours of them', () => {
    const color = colors('dark', { buttonColor: '#7A3E9D' });
    expect(colors('light', { buttonColor: '#7A3E9D' })('background-color')).toBe('#EEF2F5');
    expect(color('button-color')).toBe('#7A3E9D');
    expect(color('button-text-color')).toBe('white');
    expect(color('background-color')).toBe('#12161B');
    expect(colors('dark', { buttonTextColor: 'red' })('button-color')).toBe('#0B69CC');
  });

  it('makes the host’s links and errors lighter in the dark, where the browser can', () => {
    const css = stylesheet({ linkColor: 'rgb(0 80 0)', backgroundColor: 'beige' });
    const dark = css.slice(css.indexOf('@media (prefers-color-scheme:dark)'));
    expect(dark).toContain('--background-color:#12161B');
    expect(dark).toContain('--link-color:#6CB4FA');
    expect(dark).toContain(
      '@supports (color:oklch(from red l c h)){:root{--link-color:oklch(from rgb(0 80 0) 0.8 min(c, 0.14) h)}}}',
    );
  });

  it('takes the dark colours of the host before all others', () => {
    const color = colors(
      'dark',
      { buttonColor: 'green', linkColor: 'green' },
      { buttonColor: 'lime', linkColor: 'lime' },
    );
    expect([color('button-color'), color('button-text-color'), color('link-color')]).toEqual([
      'lime',
      'white',
      'lime',
    ]);
    expect(stylesheet({ linkColor: 'green' }, { linkColor: 'lime' })).not.toContain('oklch');
    expect(() => stylesheet({}, { linkColor: 'url(x)' })).toThrow('darkStyles.linkColor is not a CSS colour');
  });

  it('looks the same in both modes where the host wants no dark one', () => {
    const css = stylesheet({ buttonColor: '#7A3E9D' }, false);
    expect(css).toContain('--button-color:#7A3E9D');
    expect(css).not.toMatch(/prefers-color-scheme|color-scheme:/);
  });

  it.each([
    'white',
    '#fff',
    '#EEF2F5',
    '#EEF2F580',
    'rgba(0, 0, 0, 0.2)',
    'hsl(210 93% 42% / 80%)',
    'oklch(0.62 0.19 250)',
    'color(display-p3 0.2 0.5 1)',
    'color-mix(in srgb, #000 20%, white)',
  ])('takes the colour %s', (color) => {
    expect(stylesheet({ linkColor: color })).toContain(`--link-color:${color}`);
  });

  it.each([
    'red;} body{display:none',
    'red}',
    'red{',
    'red;',
    'red/**/',
    'rgb(0 0 0 /* x */)',
    'red\n',
    'red\\',
    '</style>',
    '"red"',
    "'red'",
    'url(https://evil.example/x)',
    'color-mix(in srgb, url(x) 10%, red)',
    'rgb(0, 0, 0',
    'rgb(0, 0, 0))',
    'var(--x)',
    'expression(alert)',
    '#ggg',
    '#12345',
    '@import',
    '',
    5,
    null,
    ['red'],
  ])('refuses %j, which is not a colour', (value) => {
    expect(() => stylesheet({ buttonColor: value as string })).toThrow(
      /^styles\.buttonColor is not a CSS colour: .*Give a name/s,
    );
  });

  it.each(['light', 'dark'])('is readable by default in %s mode (WCAG 2.2, 1.4.3: 4.5:1)', (mode) => {
    const color = colors(mode);
    for (const [text, ground] of [
      ['text-color', 'background-color'],
      ['text-color', 'foreground-color'],
      ['error-text-color', 'foreground-color'],
      ['link-color', 'foreground-color'],
      ['link-color', 'background-color'],
      ['button-text-color', 'button-color'],
    ] as const) {
      expect(contrast(color(text), color(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });
});

function colors(mode: string, ...given: Parameters<typeof stylesheet>): (name: string) => string {
  const [light = '', dark = ''] = stylesheet(...given).split('@media (prefers-color-scheme:dark)');
  const css = mode === 'light' ? light : dark;
  return (name) => new RegExp(`--${name}:([^;}]+)`).exec(css)?.[1] ?? '';
}

function contrast(a: string, b: string): number {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(color: string): number {
  const hex = { white: '#ffffff', black: '#000000' }[color] ?? color;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('icon', () => {
  it('has the colours of a button, ours or the host’s', () => {
    expect(icon()).toContain('fill="#0B69CC"');
    expect(icon({ buttonColor: 'rgb(0 80 0)', buttonTextColor: undefined })).toContain('fill="rgb(0 80 0)"');
    expect(icon({ buttonTextColor: 'beige' })).toContain('stroke="beige"');
  });

  it('takes nothing that is no colour', () => {
    expect(() => icon({ buttonColor: 'red"/><script>' })).toThrow('styles.buttonColor is not a CSS colour');
  });
});
