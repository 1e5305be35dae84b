/** A string for the `ms` package such as `'30m'`, or a number of seconds. */
export type Duration = string | number;
