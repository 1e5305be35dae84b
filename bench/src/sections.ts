import { eventLoop } from './event-loop.js';
import { growth } from './growth.js';
import { login } from './login.js';
import { memory } from './memory.js';
import { refusedLogin } from './refused-login.js';
import type { Section } from './section.js';
import { sharing } from './sharing.js';
import { signedIn } from './signed-in.js';
import { startUp } from './start-up.js';

/** One thing that is measured. */
export interface Measurement {
  /** What it is called on the command line. */
  name: string;
  /** Too long for a run that does not ask for it. */
  onlyWhenNamed?: boolean;
  /** One table, or several that belong together. */
  run(): Promise<Section | Section[]>;
}

/** In the order of the report. */
export const measurements: readonly Measurement[] = [
  { name: 'signed-in', run: signedIn },
  { name: 'sharing', run: sharing },
  { name: 'login', run: login },
  { name: 'refused-login', run: refusedLogin },
  { name: 'event-loop', run: eventLoop },
  { name: 'start-up', run: startUp },
  { name: 'memory', run: memory },
  { name: 'growth', run: growth, onlyWhenNamed: true },
];
