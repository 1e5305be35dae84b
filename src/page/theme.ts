import { readView } from './views.js';

const RULES = readView('styles.css');

/**
 * Colours of the bundled pages, each a CSS colour: a name, `#rrggbb`, or a function such as `rgb(0 0 0 / 20%)`.
 * They are those of the light mode; see the option `darkStyles`.
 */
export class Styles {
  /** Behind the card. @default '#EEF2F5' */
  backgroundColor = '#EEF2F5';

  /** The card and its inputs. @default 'white' */
  foregroundColor = 'white';

  /** The text on the card. @default 'black' */
  textColor = 'black';

  /** Error messages. @default '#D60000', the nearest red with 4.5:1 on its own tint (WCAG 2.2, 1.4.3) */
  errorTextColor = '#D60000';

  /** The button of a form. @default '#0B69CC', a blue on which white text has 4.5:1 (WCAG 2.2, 1.4.3) */
  buttonColor = '#0B69CC';

  /** The text on the button. @default 'white' */
  buttonTextColor = 'white';

  /** Links and the focus ring. @default '#0B69CC', a blue with 4.5:1 on card and background (WCAG 2.2, 1.4.3) */
  linkColor = '#0B69CC';

  /** Lines; inputs use a darker shade. @default 'rgba(0, 0, 0, 0.2)' */
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

/**
 * The pages' stylesheet with the host's colours in it.
 *
 * @param dark colours of the dark mode, over those that follow from `styles`; `false` = it looks like the light one
 * @throws Error when one of them is not a colour
 */
export function stylesheet(styles: Partial<Styles> = {}, dark: Partial<Styles> | false = {}): string {
  const given = checked('styles', styles);
  const light = customProperties({ ...new Styles(), ...given });
  if (dark === false) return `:root{${light}}\n${RULES}`;

  const givenDark = checked('darkStyles', dark);
  const tints = Object.entries(tintsOf(given)).filter(([name]) => !(name in givenDark));
  const rules = [`:root{${customProperties({ ...DARK, ...buttonOf(given), ...givenDark })}}`];
  if (tints.length > 0) {
    // Older browsers, which know no relative colours (CSS Color 5), keep the default ones.
    const root = `:root{${customProperties(Object.fromEntries(tints))}}`;
    rules.push(`@supports (color:oklch(from red l c h)){${root}}`);
  }
  return (
    `:root{color-scheme:light dark;${light}}\n` +
    `@media (prefers-color-scheme:dark){${rules.join('')}}\n${RULES}`
  );
}

/**
 * A padlock in the colours of a button, as the icon of the pages.
 *
 * @throws Error when one of them is not a colour
 */
export function icon(styles: Partial<Styles> = {}): string {
  const { buttonColor, buttonTextColor } = { ...new Styles(), ...checked('styles', styles) };
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${buttonColor}"/>` +
    `<g fill="none" stroke="${buttonTextColor}" stroke-width="3"><path d="M11 15v-4a5 5 0 0 1 10 0v4"/></g>` +
    `<rect x="8" y="14" width="16" height="11" rx="2" fill="${buttonTextColor}"/></svg>`
  );
}

/** A button's two colours are readable on each other, whatever lies around them. */
function buttonOf({ buttonColor, buttonTextColor }: Partial<Styles>): Partial<Styles> {
  if (buttonColor === undefined && buttonTextColor === undefined) return {};
  const { buttonColor: color, buttonTextColor: text } = new Styles();
  return { buttonColor: buttonColor ?? color, buttonTextColor: buttonTextColor ?? text };
}

/** The hues of texts, as light as a dark ground needs. */
function tintsOf({ linkColor, errorTextColor }: Partial<Styles>): Partial<Styles> {
  const tint = (color: string): string => `oklch(from ${color} 0.8 min(c, 0.14) h)`;
  return {
    ...(linkColor !== undefined && { linkColor: tint(linkColor) }),
    ...(errorTextColor !== undefined && { errorTextColor: tint(errorTextColor) }),
  };
}

function checked(option: string, styles: Partial<Styles>): Partial<Styles> {
  const given = Object.entries(styles).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) checkColor(option, name, value);
  return Object.fromEntries(given);
}

function checkColor(option: string, name: string, value: unknown): void {
  if (typeof value !== 'string' || !COLOR.test(value)) {
    throw new Error(
      `${option}.${name} is not a CSS colour: ${JSON.stringify(value)}. ` +
        "Give a name ('white'), a hex colour ('#EEF2F5') or a function ('rgb(0 0 0 / 20%)').",
    );
  }
}

function customProperties(styles: Partial<Styles>): string {
  return Object.entries(styles)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${value}`)
    .join(';');
}
