import type { EntityManager, QueryRunner } from 'typeorm';
import type { Deadline } from './deadline.js';

/** Lends connections of the host's data source to this module. */
export interface Connections {
  /** Runs statements that only read. */
  read<T>(work: (manager: EntityManager) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Runs a transaction, or a single statement that writes. */
  write<T>(work: (runner: QueryRunner) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Closes the connection of a transaction that could not be rolled back, because its next user would commit the rest of it. */
  discard(runner: QueryRunner): Promise<void>;
}
