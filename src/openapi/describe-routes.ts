import { optionalPackage } from '../host/optional-package.js';
import { Description, type DocumentOptions } from './description.js';
import type { DocumentedController } from './route-doc.js';
import type { Swagger } from './swagger.js';

/** `null` = the host has no `@nestjs/swagger`. */
let description: Description | null | undefined;

/**
 * Describes our routes to `@nestjs/swagger`, where the host has it; a document holds those of the features that are on. The
 * controllers are the same in every application of the process: what the options say is that of the latest.
 */
export function describeRoutes(controllers: readonly DocumentedController[], options: DocumentOptions): void {
  if (description === undefined) {
    const swagger = optionalPackage('@nestjs/swagger') as Swagger | null;
    description = swagger && new Description(swagger, controllers);
  }
  description?.apply(options);
}
