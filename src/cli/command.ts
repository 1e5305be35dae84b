import type { Option } from './option.js';
import type { Call } from './call.js';

/** Something the program can be told to do. */
export interface Command {
  /** One word or two. */
  name: string;
  /** Half a sentence. */
  summary: string;
  /** What comes after the name, such as `<user>`. */
  positionals: readonly string[];
  options: Readonly<Record<string, Option>>;
  run(call: Call): Promise<void>;
}
