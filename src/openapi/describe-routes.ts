import { optionalPackage } from '../host/optional-package.js';
import { Description } from './description.js';
import type { DocumentedController } from './route-doc.js';
import type { Swagger } from './swagger.js';

let described = false;

/** Describes our routes to `@nestjs/swagger`, where the host has it; a document holds those of the features that are on. */
export function describeRoutes(controllers: readonly DocumentedController[]): void {
  // The controllers are the same in every application of the process.
  if (described) return;
  described = true;
  const swagger = optionalPackage('@nestjs/swagger') as Swagger | null;
  if (swagger === null) return;
  const description = new Description(swagger);
  for (const one of controllers) description.add(one);
}
