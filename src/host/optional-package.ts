import { createRequire } from 'node:module';
import { isError } from '../errors/is-error.js';

// A host that bundles everything into one CommonJS file has no `import.meta.url`.
const require = createRequire(import.meta.url ?? __filename);

/**
 * A package that the host may have; `null` where it has none. At once, because decorators cannot wait, and from here
 * rather than with a static import, which would make every host install it.
 */
export function optionalPackage(name: string): unknown {
  try {
    return require(name);
  } catch (error) {
    if (isMissing(error, name)) return null;
    throw error;
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!isError(error) || !('code' in error)) return false;
  // A package that is there, but lacks one of its own, is a fault of the installation.
  return error.code === 'MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}
