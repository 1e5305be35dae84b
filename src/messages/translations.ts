import { de } from './de.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { ja } from './ja.js';
import type { Messages } from './message.js';
import { pl } from './pl.js';

/** The texts by language tag, except the English ones, of which exceptions take their messages. */
export const TRANSLATIONS: Readonly<Record<string, Messages>> = { de, es, fr, ja, pl };
