import type { Type } from '@nestjs/common';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { optionalPackage } from '../host/optional-package.js';
import { Description, type DocumentOptions } from './description.js';
import type { DocumentedController } from './route-doc.js';
import type { Swagger } from './swagger.js';

let description: Description | undefined;

/**
 * Describes our routes to `@nestjs/swagger`, where the host has it; a document holds those of the features that are on. The
 * controllers are the same in every application of the process: what is said of them is that of the latest.
 *
 * @param entity the class of the users, whose fields bodies and answers have
 */
export function describeRoutes(
  controllers: readonly DocumentedController[],
  entity: Type<SsoUserBase>,
  options: DocumentOptions,
): void {
  if (description?.entity !== entity) {
    const swagger = optionalPackage('@nestjs/swagger') as Swagger | null;
    if (swagger === null) return;
    description?.remove();
    description = new Description(swagger, controllers, entity);
  }
  description.apply(options);
}
