import { readFileSync } from 'node:fs';

const RULES = readFileSync(new URL('../../views/styles.css', import.meta.url), 'utf8');

/**
 * Colours of the bundled pages, each a CSS colour: a name, `#rrggbb`, or a function such as `rgb(0 0 0 / 20%)`.
 * While none is set the pages follow the browser's dark mode; once one is set they look the same in both.
 */
export class Styles {
  /** Behind the card. @default '#EEF2F5' */
  backgroundColor = '#EEF2F5';

  /** The card and its inputs. @default 'white' */
  foregroundColor = 'white';

  /** @default 'black' */
  textColor = 'black';

  /** @default '#D60000', the nearest red with 4.5:1 on its own tint (WCAG 2.2, 1.4.3) */
  errorTextColor = '#D60000';

  /** @default '#0B69CC', a blue on which white text has 4.5:1 (WCAG 2.2, 1.4.3) */
  buttonColor = '#0B69CC';

  /** @default 'white' */
  buttonTextColor = 'white';

  /** Links and the focus ring. @default '#0B69CC', a blue with 4.5:1 on card and background (WCAG 2.2, 1.4.3) */
  linkColor = '#0B69CC';

  /** Lines; inputs take a darker shade of it. @default 'rgba(0, 0, 0, 0.2)' */
  borderColor = 'rgba(0, 0, 0, 0.2)';
}

const DARK: Styles = {
  backgroundColor: '#12161B',
  foregroundColor: '#1B2128',
  textColor: '#E8ECF0',
  errorTextColor: '#FF8A80',
  buttonColor: '#419EF8',
  buttonTextColor: '#08131F',
  linkColor: '#6CB4FA',
  borderColor: 'rgba(255, 255, 255, 0.16)',
};

// An allow-list: no quote, semicolon, brace, comment, escape, line break or nested function such as url() gets through.
const COLOR =
  /^(?:#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z]+|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\([\w #%,./+-]+\))$/i;

/** The pages' stylesheet with the host's colours in it; throws when one of them is not a colour. */
export function stylesheet(styles: Partial<Styles> = {}): string {
  const given = Object.entries(styles).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) checkColor(name, value);

  const light: Styles = { ...new Styles(), ...Object.fromEntries(given) };
  if (given.length > 0) return `:root{${customProperties(light)}}\n${RULES}`;
  return (
    `:root{color-scheme:light dark;${customProperties(light)}}\n` +
    `@media (prefers-color-scheme:dark){:root{${customProperties(DARK)}}}\n${RULES}`
  );
}

function checkColor(name: string, value: unknown): void {
  if (!Object.hasOwn(DARK, name)) {
    throw new Error(`styles.${name} is not known. The colours are: ${Object.keys(DARK).join(', ')}.`);
  }
  if (typeof value !== 'string' || !COLOR.test(value)) {
    throw new Error(
      `styles.${name} is not a CSS colour: ${JSON.stringify(value)}. ` +
        "Give a name ('white'), a hex colour ('#EEF2F5') or a function ('rgb(0 0 0 / 20%)').",
    );
  }
}

function customProperties(styles: Styles): string {
  return Object.entries(styles)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${value}`)
    .join(';');
}
