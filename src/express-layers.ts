import type { HttpAdapterHost } from '@nestjs/core';

/** A route or a middleware of an Express application, as far as it is checked at start-up. */
export interface ExpressLayer {
  /** Absent for middleware. */
  route?: { methods: Readonly<Record<string, boolean>> };
  handle: { (request: object, response: object, next: () => void): void; name: string };
  /** Returns a truthy value if the layer matches the path. */
  match(path: string): unknown;
}

interface ExpressApplication {
  router: { stack: ExpressLayer[] };
  /** The application in which this one is mounted. */
  parent?: object;
}

/**
 * Returns the routes and middleware of the application in their order. Returns `null` if it is not Express, or if another
 * application mounts it, which may answer instead.
 */
export function expressLayers({ httpAdapter }: HttpAdapterHost): readonly ExpressLayer[] | null {
  if (httpAdapter?.getType() !== 'express') return null;
  const { router, parent } = httpAdapter.getInstance<ExpressApplication>();
  return parent ? null : router.stack;
}
