import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Returns a manager that bypasses TypeORM's query cache, even if the host caches all queries. A cached result may be older
 * than a password change or the end of a session, and the cache would hold password hashes.
 */
export function uncached(manager: EntityManager): EntityManager {
  const createQueryBuilder = (
    ...given: Parameters<EntityManager['createQueryBuilder']>
  ): SelectQueryBuilder<ObjectLiteral> => manager.createQueryBuilder(...given).cache(false);
  // Every other method of a manager reads through this one.
  return Object.create(manager, { createQueryBuilder: { value: createQueryBuilder } });
}
