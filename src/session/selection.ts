import type { Type } from '@nestjs/common';
import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import { isInstant } from '../database/instant.js';

/** The values of selected columns, each at its column's place. */
export type Values = ArrayLike<unknown>;

/** Types whose values are the same in JSON as they are from pg. */
const PLAIN_TYPES: ReadonlySet<string> = new Set([
  'uuid',
  'character varying',
  'text',
  'smallint',
  'integer',
  'boolean',
  'enum',
]);

/** The number of arguments that a function of PostgreSQL takes at most. */
const MAX_ARGUMENTS = 100;

/** The columns of one entity in a raw statement. */
export class Selection<Entity extends ObjectLiteral> {
  /** Its table, by its alias. */
  readonly table: string;
  readonly columns: readonly string[];
  private readonly metadata: EntityMetadata;
  private readonly selected: EntityMetadata['columns'];

  /** @param properties those that are selected; by default all that TypeORM would select */
  constructor(
    private readonly dataSource: DataSource,
    entity: Type<Entity>,
    private readonly alias: string,
    properties?: readonly string[],
  ) {
    this.metadata = dataSource.getMetadata(entity);
    this.selected = this.metadata.columns.filter(
      // A virtual column is that of a relation, which TypeORM sets when it loads what the relation leads to.
      ({ propertyName, isSelect, isVirtual }) =>
        isSelect && !isVirtual && (properties?.includes(propertyName) ?? true),
    );
    this.table = `${this.metadata.tablePath
      .split('.')
      .map((name) => this.escape(name))
      .join('.')} ${alias}`;
    this.columns = this.selected.map(({ databaseName }) => this.qualified(databaseName));
  }

  column(property: string): string {
    return this.qualified(this.metadata.findColumnWithPropertyName(property)?.databaseName ?? property);
  }

  escape(name: string): string {
    return this.dataSource.driver.escape(name);
  }

  private qualified(name: string): string {
    return `${this.alias}.${this.escape(name)}`;
  }

  /** Whether PostgreSQL can pack the columns into one JSON array that says the same. */
  get isPlain(): boolean {
    const { driver } = this.dataSource;
    return (
      this.selected.length <= MAX_ARGUMENTS &&
      this.selected.every(
        (column) => !column.isArray && (isInstant(column) || PLAIN_TYPES.has(driver.normalizeType(column))),
      )
    );
  }

  /**
   * A new object for every call.
   *
   * @param from the place of the first column
   * @throws what a transformer of the host throws, for a value that cannot be read
   */
  hydrate(values: Values, from: number): Entity {
    const { driver } = this.dataSource;
    const entity = this.metadata.create(undefined, { fromDeserializer: true }) as Entity;
    this.selected.forEach((column, index) => {
      column.setEntityValue(entity, driver.prepareHydratedValue(values[from + index], column));
    });
    return entity;
  }
}
