/** Everybody's. */
export const PASSWORD = 'a passphrase of the benchmark';
