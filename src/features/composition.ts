import type { Provider, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { SESSION_REQUIREMENTS, type SessionRequirement } from '../account/session-requirement.js';
import type { PageDefinition } from '../page/page.definition.js';
import { REFUSED_PAGE } from '../page/refused.page.js';
import { PageList } from '../page/page-list.js';
import { type AuthFeature, type AuthRoutes, FEATURES } from './features.js';

/** The features that an application has. */
export function featuresFor(routes: AuthRoutes): AuthFeature[] {
  return FEATURES.filter(({ route }) => route === undefined || routes[route]);
}

/** Their controllers. */
export function controllersOf(features: readonly AuthFeature[]): Type[] {
  return features.flatMap(({ controllers }) => controllers.map(({ controller }) => controller));
}

/** What the features need, those that are off too: an option of theirs may matter elsewhere. */
export function featureProviders(features: readonly AuthFeature[]): Provider[] {
  return [
    ...FEATURES.flatMap(({ providers = [] }) => providers),
    ...featureRequirements(),
    { provide: PageList, useValue: new PageList(ALL_PAGES, pagesOf(features), rootsOf(features)) },
  ];
}

/** What people may have to do first, and the list of it all. */
export function featureRequirements(): Provider[] {
  const requirements = FEATURES.flatMap((feature) => feature.requirements ?? []);
  const list = {
    provide: SESSION_REQUIREMENTS,
    inject: [...requirements],
    useFactory: (...all: SessionRequirement[]) => all,
  };
  return [...requirements, list];
}

function pagesOf(features: readonly AuthFeature[]): PageDefinition[] {
  return features.flatMap(({ pages = [] }) => pages);
}

/** The pages of all features, and the one for what people may not see. */
export const ALL_PAGES: readonly PageDefinition[] = [...pagesOf(FEATURES), REFUSED_PAGE];

/** The first segments of the paths of all controllers. */
function rootsOf(features: readonly AuthFeature[]): string[] {
  const paths = controllersOf(features).map((controller): string =>
    Reflect.getMetadata(PATH_METADATA, controller),
  );
  return [...new Set(paths.map((path) => path.split('/', 1).join('')))];
}
