import type { Duration } from '../input/duration.js';
import type { AuditSink } from './audit.sink.js';

/** What happens to audit events. */
export class AuditOptions {
  /**
   * How long rows are kept; `null` = forever.
   * @default null
   */
  retention: Duration | null = null;

  /**
   * Where events are sent, in addition to the table and the log.
   * @default []
   */
  sinks: AuditSink[] = [];
}

/** {@link AuditOptions} as the code uses them; times in milliseconds. */
export abstract class AuditSettings {
  abstract readonly retention: number | null;
  abstract readonly sinks: readonly AuditSink[];
}
