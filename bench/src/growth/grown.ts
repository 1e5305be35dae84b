import type { Ending } from './ending.js';
import type { Engine } from './engines.js';
import type { Reading } from './reading.js';
import type { Sweeping } from './sweeping.js';

/** What was measured on one database system. */
export interface Grown {
  name: Engine['database']['name'];
  readings: Reading[];
  endings: Ending[];
  sweeping: Sweeping;
}
