/** An option of the command line, and what help says of it. */
export interface Option {
  type: 'string' | 'boolean';
  short?: string;
  /** What stands for the value in help, for instance `<days>`. */
  value?: string;
  /** Whether `--no-…` is of use too. */
  negative?: boolean;
  help: string;
}
