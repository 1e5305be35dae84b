// A data source that knows nothing of users.
import { DataSource } from 'typeorm';

export const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:', entities: [] });
