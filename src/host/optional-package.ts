import { createRequire } from 'node:module';
import { isError } from '../errors/is-error.js';

// A host that bundles everything into one CommonJS file has no `import.meta.url`.
const require = createRequire(import.meta.url ?? __filename);

/**
 * Returns a package that the host may have installed; `null` if it has not. It is loaded synchronously, because decorators
 * cannot wait, and with `require`, because a static import would force every host to install it.
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
  // If the package exists but one of its own dependencies is missing, the installation is broken.
  return error.code === 'MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}
