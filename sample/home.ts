import { basename, dirname } from 'node:path';

/** The sample's own folder; compiled code lies one deeper, in `dist`. */
export const home =
  basename(import.meta.dirname) === 'dist' ? dirname(import.meta.dirname) : import.meta.dirname;
