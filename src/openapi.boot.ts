import { Injectable } from '@nestjs/common';
import { AuthSettings } from './auth.settings.js';
import { FEATURES } from './features/features.js';
import { describeRoutes } from './openapi/describe-routes.js';

/** Describes our routes before the host can make an OpenAPI document of its application. */
@Injectable()
export class OpenApiBoot {
  constructor({ session: { bearer } }: AuthSettings) {
    describeRoutes(
      FEATURES.flatMap(({ controllers }) => controllers),
      { bearer },
    );
  }
}
