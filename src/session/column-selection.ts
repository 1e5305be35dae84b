import type { Type } from '@nestjs/common';
import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import { isInstant } from '../database/instant.js';

/** Values of the selected columns, in the order of the columns. */
export type Values = ArrayLike<unknown>;

/** Column types whose values are the same in JSON as they are from pg. */
const PLAIN_TYPES: ReadonlySet<string> = new Set([
  'uuid',
  'character varying',
  'text',
  'smallint',
  'integer',
  'boolean',
  'enum',
]);

/** Largest number of arguments of a PostgreSQL function. */
const MAX_ARGUMENTS = 100;

/** The columns of one entity in a raw statement. */
export class ColumnSelection<Entity extends ObjectLiteral> {
  /** Table name and alias, for FROM and JOIN. */
  readonly table: string;
  readonly columns: readonly string[];
  private readonly metadata: EntityMetadata;
  private readonly selected: EntityMetadata['columns'];

  /** @param properties to select; by default all that TypeORM would select */
  constructor(
    private readonly dataSource: DataSource,
    entity: Type<Entity>,
    private readonly alias: string,
    properties?: readonly string[],
  ) {
    this.metadata = dataSource.getMetadata(entity);
    this.selected = this.metadata.columns.filter(
      // A virtual column belongs to a relation. TypeORM sets it only when it loads the relation.
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

  /** Whether PostgreSQL can pack the columns into one JSON array without changing a value. */
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
   * Creates an entity from the values of a row; each call returns a new object.
   *
   * @param from index of the first value
   * @throws the error of a host's transformer that cannot read a value
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
