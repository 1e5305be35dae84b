import type { EntityManager, QueryRunner } from 'typeorm';
import type { Deadline } from './deadline.js';

/** The connections of the host's data source, as this module takes them and gives them back. */
export interface Connections {
  /** Runs statements that only read. */
  read<T>(work: (manager: EntityManager) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Runs a transaction. */
  write<T>(work: (runner: QueryRunner) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Closes the connection of a transaction that could not be rolled back: its next user would commit what is left. */
  discard(runner: QueryRunner): Promise<void>;
}
