import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * A manager whose reads ask the database, although the host has TypeORM cache the results of all queries: an answer
 * from the cache may be older than a change of a password or the end of a session, and the cache would hold hashes.
 */
export function uncached(manager: EntityManager): EntityManager {
  const createQueryBuilder = (
    ...given: Parameters<EntityManager['createQueryBuilder']>
  ): SelectQueryBuilder<ObjectLiteral> => manager.createQueryBuilder(...given).cache(false);
  // Every other method of a manager reads through this one.
  return Object.create(manager, { createQueryBuilder: { value: createQueryBuilder } });
}
