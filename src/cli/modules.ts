import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, UsageError } from './errors.js';

/**
 * What a module of the host exports, ESM or CommonJS, promises awaited. What its default export holds counts too:
 * there Node puts all that a CommonJS module exports.
 *
 * @param what names the file in the error
 * @throws UsageError when the module cannot be loaded
 */
export async function exportsOf(file: string, what: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const loaded: unknown = await import(pathToFileURL(resolve(file)).href);
    const named = Object.entries(Object(loaded));
    const inner = named.flatMap(([name, value]) => (name === 'default' ? Object.entries(Object(value)) : []));
    return new Map(
      await Promise.all([...inner, ...named].map(async ([name, value]) => [name, await value] as const)),
    );
  } catch (error) {
    throw new UsageError(`Cannot load the ${what} file ${file}: ${messageOf(error)}`, error);
  }
}
