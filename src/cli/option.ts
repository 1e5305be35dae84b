/** An option of the command line, and what help says of it. */
export interface Option {
  type: 'string' | 'boolean';
  short?: string;
  /** The placeholder of the value in the help, such as `<days>`. */
  value?: string;
  /** Whether it may be given several times. */
  multiple?: boolean;
  /** Whether `--no-…` is of use too. */
  negative?: boolean;
  help: string;
}
