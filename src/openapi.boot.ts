import { Injectable } from '@nestjs/common';
import { AuthSettings } from './auth.settings.js';
import { FEATURES } from './features/features.js';
import { describeRoutes } from './openapi/describe-routes.js';

/** Describes this module's routes before the host can create an OpenAPI document of its application. */
@Injectable()
export class OpenApiBoot {
  constructor({ session: { bearer }, userEntity }: AuthSettings) {
    describeRoutes(
      FEATURES.flatMap(({ controllers }) => controllers),
      userEntity,
      { bearer },
    );
  }
}
