import type { Type } from '@nestjs/common';
import { type DataSource, type EntityManager, type EntitySubscriberInterface, In } from 'typeorm';
import { isDatabaseFailure } from '../database/driver-error.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';

/** Types of columns that TypeORM selects with a function around the name. */
const SPATIAL = /^(geometry|geography|point|linestring|polygon|multi\w+|geometrycollection)$/i;

/**
 * Whether a raw statement over the entity's columns returns all that TypeORM's repository would. It does not with a soft
 * deletion, a child entity, an eager relation, `@AfterLoad` and the like.
 */
export function isPlain(dataSource: DataSource, entity: Type): boolean {
  const metadata = dataSource.getMetadata(entity);
  return (
    !metadata.deleteDateColumn &&
    !metadata.discriminatorColumn &&
    metadata.childEntityMetadatas.length === 0 &&
    metadata.embeddeds.length === 0 &&
    metadata.eagerRelations.length === 0 &&
    metadata.lazyRelations.length === 0 &&
    metadata.relationIds.length === 0 &&
    metadata.afterLoadListeners.length === 0 &&
    metadata.columns.every(
      ({ isVirtualProperty, type }) => !isVirtualProperty && !SPATIAL.test(String(type)),
    ) &&
    !dataSource.options.typename &&
    !dataSource.subscribers.some((subscriber) => subscriber.afterLoad && listensTo(subscriber, entity))
  );
}

/** Whether TypeORM calls a subscriber for the entity. */
function listensTo(subscriber: EntitySubscriberInterface, entity: Type): boolean {
  const target: unknown = subscriber.listenTo?.() ?? Object;
  return (
    target === Object ||
    target === entity ||
    (typeof target === 'function' && entity.prototype instanceof target)
  );
}

/** Loads users as TypeORM's repository does. */
export class UserLoader<User extends SsoUserBase> {
  constructor(private readonly entity: Type<User>) {}

  /** Loads one user for each id, each a separate object. Returns `null` for an unknown id, and an error for an unreadable row. */
  async load(manager: EntityManager, ids: readonly string[]): Promise<(User | Error | null)[]> {
    const loaded = ids.map((): User | Error | null => null);
    let places = [...ids.keys()];
    while (places.length > 0) {
      const round = new Map<string, number>();
      // An id that occurs twice is loaded twice, so that two requests do not share an object.
      const others: number[] = [];
      for (const place of places) {
        const id = ids[place] ?? '';
        if (round.has(id)) others.push(place);
        else round.set(id, place);
      }
      const found = await this.find(manager, [...round.keys()]);
      for (const [id, place] of round) loaded[place] = found.get(id) ?? null;
      places = others;
    }
    return loaded;
  }

  private async find(manager: EntityManager, ids: readonly string[]): Promise<Map<string, User | Error>> {
    try {
      const users = await manager.find<SsoUserBase>(this.entity, { where: { id: In(ids) } });
      return new Map(users.map((user) => [user.id, user as User]));
    } catch (error) {
      if (isDatabaseFailure(error)) throw error;
      const [id = '', ...others] = ids;
      if (others.length === 0) return new Map([[id, asError(error)]]);
      // One row cannot be read. Each row is read alone, so that the others still load.
      const found: [string, User | Error][] = [];
      for (const single of ids) found.push(...(await this.find(manager, [single])));
      return new Map(found);
    }
  }
}

/** Returns the thrown value as an error. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
