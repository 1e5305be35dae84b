import type { Duration } from '../input/duration.js';
import type { AuditSink } from './audit.sink.js';

/** What becomes of audit events. */
export class AuditOptions {
  /**
   * How long rows are kept; `null` = for ever.
   * @default null
   */
  retention: Duration | null = null;

  /**
   * Where events go besides the table and the log.
   * @default []
   */
  sinks: AuditSink[] = [];
}

/** {@link AuditOptions} as the code uses them; times in milliseconds. */
export abstract class AuditSettings {
  abstract readonly retention: number | null;
  abstract readonly sinks: readonly AuditSink[];
}
