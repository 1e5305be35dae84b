import { Injectable } from '@nestjs/common';
import type { AuthOptions } from './auth.options.js';
import { AuthSettings } from './auth.settings.js';
import { FEATURES } from './features/features.js';
import { describeRoutes } from './openapi/describe-routes.js';
import type { RouteDoc } from './openapi/route-doc.js';
import { PAGE } from './page/page.json.js';

/** The routes that a document has, by the option `openApi`. */
const HAS: Record<NonNullable<AuthOptions['openApi']>, (route: RouteDoc) => boolean> = {
  all: () => true,
  json: ({ answer }) => answer !== null && answer !== PAGE,
  none: () => false,
};

/** Describes this module's routes before the host can create an OpenAPI document of its application. */
@Injectable()
export class OpenApiBoot {
  constructor({ session: { bearer }, userEntity, options: { openApi = 'all' } }: AuthSettings) {
    describeRoutes(
      FEATURES.flatMap(({ controllers }) => controllers),
      userEntity,
      { bearer, has: HAS[openApi] },
    );
  }
}
